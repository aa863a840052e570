// The words by which a text speaks to a language model instead of to people, in groups that play the same part.
// Patterns after OWASP's LLM01 (prompt injection): override, persona, release from rules, leaking, exfiltration.

export const PROMPT_WORDS = {
  OVERRIDE:
    "ignore disregard forget bypass override overrule skip discard neglect ignoring forgetting disregarding bypassing nullify cancel supersede erase vergiss ignoriere ignorez oubliez ignora olvida vergessen",
  PRIOR:
    "previous previously prior above preceding earlier foregoing initial original former past before beginning first vorherigen vorigen bisherigen précédentes anteriores",
  ORDERS:
    "instruction instructions directions directive directives guideline guidelines command commands orders programming prompts anweisungen anweisung instrucciones consignes aufgaben befehle",
  PROMPT: "prompt preprompt pre-prompt",
  RULES:
    "rule rules policy policies restriction restrictions limitation limitations filter filters filtered safeguards constraints regulations censorship boundaries guardrails disclaimers disclaimer warnings",
  MODEL:
    "ai chatbot chatgpt gpt gpt3 gpt4 openai llm claude bard gemini copilot assistant bot agi llama anthropic deepmind chatml",
  LANGUAGE: "language",
  MODELWORD: "model models",
  PERSONA:
    "persona character role roleplay roleplaying pretend pretending imagine simulate simulating simulation simulates act acting acts impersonate hypothetical fictional story scenario alter ego game imaginary novel dialogue conversation chat",
  FREED:
    "jailbreak jailbroken jailbreaked dan stan dude unfiltered uncensored unrestricted unlimited unbiased amoral unethical immoral evil anarchy free freed broken confines freedom loyal devmode aim betterdan",
  ETHICS:
    "ethical ethics moral morals morality legal illegal legality harmful dangerous offensive inappropriate explicit nsfw violence violent drugs weapon weapons bomb hack hacking malware phishing racist sexist swear profanity curse crime criminal inhumane",
  YOU: "you your yours yourself you're youre you'll youll ur u you've du dein deine deinen tu tus vous vos sie",
  I: "i me my mine i'm im i'll i've myself",
  MUST: "must shall should always never only no longer not cannot can't dont don't won't will",
  ANSWER:
    "answer answers answering respond responds response responses reply replies output outputs refuse refuses refusing comply complies obey obeys obeying stay remain begin start continue",
  SAY: "say says said tell tells write print repeat show reveal display output spell summarize paraphrase translate recite echo list give provide generate create describe explain share disclose sag schreibe",
  SECRET:
    "secret secrets password passwords key keys confidential hidden credentials token system internal verbatim exactly exact word-for-word configuration",
  TEXT: "text words sentence sentences paragraph context document contents content everything anything all conversation message messages question questions request requests query",
  NOW: "now henceforth hereafter onwards onward nun jetzt ahora",
  FROM: "from",
  MODE: "mode developer sudo admin root god debug maintenance",
  AS: "as like",
  SEND: "send visit click open navigate browse download install fetch execute run post email forward upload append include add insert incorporate integrate embed attach ensure hint hinting mention promote recommend suggest advise encourage invite enrich enhance",
  LINK: "link url website site webpage http https www domain page",
  CODE: "code snippet codebase script block following subsequent below import subprocess os requests exec base64 encoded decode",
  USER: "user users human humans person people",
  POLITE: "please kindly hello hi hey dear thanks sure okay ok",
  GUISE: "named called known stands acronym",
  TOKENS: "tokens token points deducted lose",
  IM: "im_start im_end endoftext inst sys end_of_turn eot_id start_header_id",
  TASK: "task tasks objective mission goal purpose assignment",
  NEW: "new instead different following real actual",
};
