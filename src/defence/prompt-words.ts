// The words by which a text speaks to a language model instead of to people, in groups that play the same part, in
// the languages that attackers switch to. Patterns after OWASP's LLM01 (prompt injection): override, persona, release
// from rules, leaking, exfiltration. Whoever adds a language adds its words to the groups; the weights stay.

export const PROMPT_WORDS = {
  OVERRIDE:
    "ignore disregard forget bypass override overrule skip discard neglect ignoring forgetting disregarding bypassing nullify cancel supersede erase abandon overwrite ignored forgot vergiss ignoriere vergessen ignorieren missachte ignorez oubliez oublie ignorer oublier olvida olvide olvidar ignora ignorar omite dimentica ignorare trascura esqueça esquece ignore-se negeer vergeet zignoruj zapomnij zaboravi zanemari игнорируй игнорируйте забудь забудьте проигнорируй unut yoksay abaikan lupakan quên 忽略 忘记 無視 忘れ 무시 تجاهل انس",
  PRIOR:
    "previous previously prior above preceding earlier foregoing initial original former past before beginning first aforementioned vorherigen vorherige vorigen bisherigen bisherige obigen obige davor zuvor vorangehenden vorangegangenen gesagte précédentes précédents précédente antérieures anteriores anterior previas antes precedenti precedente prima poprzednie wcześniejsze prethodne предыдущие предыдущих предыдущий önceki sebelumnya trước 之前 以前 以上 上述 이전 السابقة",
  ORDERS:
    "instruction instructions instuctions directions directive directives guideline guidelines command commands order orders programming prompts anweisungen anweisung instruktionen befehle vorgaben instrucciones instrucción consignes istruzioni instruções instrukcje polecenia instructies upute instrukcije инструкции инструкций указания talimatları talimatlar instruksi perintah lệnh 指令 指示 命令 说明 지시 التعليمات",
  PROMPT: "prompt preprompt pre-prompt systemprompt metaprompt 提示 提示词 프롬프트 プロンプト",
  RULES:
    "rule rules policy policies restriction restrictions limitation limitations filter filters filtered safeguards safeguard constraints constraint regulations censorship boundaries guardrails guardrail disclaimers disclaimer warnings safety regeln regel règles reglas regole правила 规则 ルール 규칙",
  MODEL:
    "ai chatbot chatgpt gpt gpt3 gpt4 gpt-3 gpt-4 gpt-4o openai llm llms claude bard gemini copilot assistant assistants bot agi llama anthropic deepmind chatml mistral grok ki ia ассистент asistente assistente assistenten 助手",
  LANGUAGE: "language",
  MODELWORD: "model models modell modelo modèle",
  PERSONA:
    "persona character role roles roleplay roleplaying pretend pretending imagine simulate simulating simulation simulates act acting acts impersonate hypothetical fictional fiction story scenario alter ego game imaginary novel dialogue conversation chat fungiere spiele rolle stell actúa actua rôle joue ruolo papel vai роль притворись 扮演 角色",
  FREED:
    "jailbreak jailbroken jailbreaked jailbreaking dan stan dude unfiltered uncensored unrestricted unlimited unbiased amoral unethical immoral unhinged evil anarchy free freed broken confines freedom loyal devmode aim betterdan unchained unbound liberated omnipotent malicious",
  ETHICS:
    "ethical ethics moral morals morality legal illegal illegally legality harmful dangerous offensive inappropriate explicit nsfw violence violent drugs weapon weapons bomb hack hacking malware phishing racist sexist swear profanity curse crime criminal inhumane explosive explosives ransomware",
  YOU: "you your yours yourself you're youre you'll youll ur u you've du dein deine deinen deiner dir dich ihre ihren tu tus tes ton te ti su sus vos vous votre sie usted tú você seu tuo tue twoje вы ты ваш твои 你 你的 您 あなた 당신",
  I: "i me my mine i'm im i'll i've myself ich mir mich mein je moi mi yo io мне мной 我",
  MUST: "must shall should always never only no longer not cannot can't dont don't won't will nicht nie immer nur niemals siempre nunca solo sólo seulement jamais toujours никогда только 只 不要 必须",
  ANSWER:
    "answer answers answering answered respond responds responding response responses reply replies output outputs refuse refuses refusing comply complies obey obeys obeying stay remain begin start continue antworte antworten antwort beantworte responde responda respuesta réponds répondez réponse rispondi odpowiedz ответь отвечай ответьте 回答 回复 输出 答えて",
  SAY: "say says said tell tells write print repeat show reveal display spell summarize paraphrase translate recite echo list give provide generate create describe explain share disclose divulge leak dump expose enumerate regurgitate sag sage schreibe schreib zeige nenne verrate generiere generieren erkläre di dime dices decir escribe muestra revela dis dites écris écrivez montre révèle révélez affiche scrivi dimmi mostra rivela diga escreva mostre napisz powiedz pokaż скажи скажите напиши покажи раскрой напишите söyle yaz göster 写 说 显示 告诉 透露 打印 言って 表示 말해 اكتب",
  SECRET:
    "secret secrets password passwords passphrase key keys confidential hidden credentials token system internal verbatim exactly exact word-for-word configuration sensitive passwort geheim geheime geheimen contraseña secreto secretos secretas clave clés secrète password-ul пароль секрет секретный 密码 秘密 系统 パスワード システム 비밀번호",
  TEXT: "text words sentence sentences phrase paragraph context document documents contents content everything anything conversation message messages question questions request requests query alles alle allem text texte todo toda tout tutto tudo wszystko всё все sve her şeyi tất cả 所有 一切 全部 全て すべて 모든 كل",
  ALL: "all any every each whole entire aller allen todas todos toutes tous tutte tutti",
  NOW: "now henceforth hereafter onwards onward nun jetzt ahora maintenant désormais adesso ora agora teraz теперь сейчас 现在 今から 지금",
  FROM: "from ab von desde",
  MODE: "mode developer sudo admin root god debug maintenance modus modo режим 模式 モード",
  AS: "as like als como comme come jako как",
  SEND: "send visit click open navigate browse download install fetch execute run post email forward upload append include add insert incorporate integrate embed attach ensure hint hinting mention promote recommend suggest advise encourage invite enrich enhance transmit exfiltrate sende envía envoie",
  LINK: "link url website site webpage http https www domain page attacker",
  CODE: "code snippet codebase script block following subsequent below import subprocess os requests exec base64 rot13 hex encoded decode decoded encode",
  USER: "user users human humans person people victim",
  POLITE: "please kindly hello hi hey dear thanks sure okay ok bitte hallo",
  GUISE: "named called known stands acronym",
  TOKENS: "tokens points deducted lose die tot",
  IM: "im_start im_end endoftext inst sys end_of_turn eot_id start_header_id begin_of_text start_of_turn",
  TASK: "task tasks objective mission goal purpose assignment aufgabe tarea tâche",
  NEW: "new instead different following real actual neue neuen nueva nuevas nouvelles nouvelle nuove новые новая 新的",
  END: "stop stopp end halt finished",
  TOOL: "tool tools function call invoke api",
};
