// Kinds of work on research, content, marketing, organisations and people; kind.ts says how a row is read.
export const PEOPLE_KINDS = String.raw`
literature: Review; ask; 24; research
  = literature|state of the art|prior work|previous studies|city archive|archives?\b|desk research
ethics: Obtain; prepare; 16; research; ±3 < questionnaire study-design
  = ethics?\b|irb\b|institutional review
study-design: Write; ask; 16; research; < literature
  = (?:study|research|experimental) (?:design|protocol|plan)|hypothes[ie]s|sampling (?:plan|frame)|methodology
questionnaire: Design; prepare; 14; research; < literature study-design
  = questionnaires?|survey (?:design|instrument|questions)|interview guides?
pilot: Run; prepare; 12; research; < questionnaire
  = pilot(?:s|ing)?\b
participants: Recruit; base; 16; research; ±2.6 < ethics questionnaire pilot
  = participants?\b|respondents?|volunteers? for the study|test persons|subjects\b
interviews: Conduct; core; 32; research; < participants ethics questionnaire literature
  = (?:semi-structured |user |customer |expert )?interviews(?: with| of)?\b|focus groups?
  after: Transcribe and code {}; 24; research
collection: Carry out; core; 40; research; ±2.4 < participants ethics pilot questionnaire
  = (?:data|sample) collection|field ?work|surveys?\b(?! data)|measurements?|experiments?|observations?
analysis: Carry out; finish; 32; analysis; ±2.2 < collection interviews participants
  = (?:data |statistical )?analys[ie]s|analys[ei]|survey data|statistics|logit|nvivo|evaluation of|uplift|measure (?:the )?(?:results?|effect|impact|success|uplift)
paper: Write up; release; 40; writing; ±2.2 < analysis
  = papers?\b(?! have)|manuscript|journal|thesis|dissertation|results will|findings|results?\b
presentation: Prepare; release; 10; communication; < analysis paper
  = present(?:ation|ed)s?|councils?|slides
audience: Define; ask; 12; marketing
  = personas?|target (?:group|audience)|market research|competitor|positioning
brand: Design; prepare; 20; design; < audience
  = logos?\b|brand(?:ing)?\b|cover art|corporate design|artwork|illustrations?|packaging
landing-page: Build; base; 20; web; < brand audience
  = landing pages?|campaign (?:site|page)|microsite
copy: Write; base; 12; copywriting; < brand audience
  = copy(?:writing)?\b|slogans?|blog(?:s| posts?)?|press (?:kits?|releases?)|brochures?|flyers?|leaflets?|posters?
video: Produce; base; 28; video; ±2.2 < audience brand
  = (?:short )?videos?|clips?\b|trailers?|films?\b|footage|animation
  before: Write the script for {}; 8; copywriting
social: Run; core; 20; social-media; < landing-page video copy brand
  = social (?:media|ads?|posts?)|paid (?:social|ads?)|instagram|tiktok|facebook|ads?\b|advert\w*|google ads|campaigns?
newsletter: Send; core; 8; email-marketing; < copy landing-page
  = newsletters?|mailings?|e-?mail campaign
partners: Win; base; 20; partnerships; ±2.4 < audience
  = influencers?|partnerships?|partners?\b|creators|collaborations?|ambassadors?|community (?:groups|organisations|organizations)
press: Brief; core; 10; public-relations; < copy
  = press\b|media relations|journalists?|pr\b
articles: Write; core; 16; technical-writing; < outline design-system
  = articles?\b|user guides?|manuals?|documentation|docs\b|wiki|tutorials?|help pages?|readme|templates? for|knowledge base|faq|getting started
outline: Draft; prepare; 10; writing
  = outlines?|table of contents|structure of the (?:book|course|site)|concept\b|storyboards?
scripts: Write; base; 24; writing; < literature interviews outline
  = scripts?\b(?! file)
recording: Produce; core; 24; audio; < scripts interviews
  = record(?:ing)?s?\b|voice-?over|narration|episodes?
editing: Do; finish; 20; editing; < recording chapters video
  = edit(?:ing)?\b|proofread\w*|sound design|mixing|post-?production|cutting
chapters: Write; core; 40; writing; < outline literature
  = chapters?|manuscript|draft of|essays?|stories\b|books?\b
publishing: Prepare; release; 8; publishing; < editing recording chapters
  = publish\w*|print(?:ing)?\b|distribution|(?:podcast|streaming|all) platforms
job-posts: Write; prepare; 6; recruiting; < salary
  = job (?:descriptions?|ads?|boards?|posts?|postings?)|vacanc
salary: Agree on; ask; 6; human-resources
  = salar(?:y|ies)|compensation|pay bands?|benefits package
interview-kit: Prepare; prepare; 10; recruiting; < job-posts
  = interview (?:kit|process|loop)s?|interviewers?|scorecards?
hiring: Hire; core; 40; recruiting; ±2.8 < job-posts interview-kit salary funding
  = (?<!new )hir(?:e|ing)\b|recruit(?:ment|ing)|candidates?|headhunt\w*
onboarding: Set up; release; 12; human-resources; < hiring
  = onboarding|first (?:30|60|90) days|induction
training: Hold; core; 16; training; < curriculum hiring policies beds
  = train(?:ing)?s?\b|workshops?|class(?:es)?\b|courses?\b|lessons?|seminars?|educat\w+|awareness
  before: Prepare material for {}; 12; training
curriculum: Write; prepare; 20; training
  = curricul|syllabus|learning (?:goals|materials?)|teaching materials?|playbooks?|style guide
volunteers: Involve; base; 12; community; ±2.2
  = volunteers?|residents?\b|parents\b|community (?:engagement|workdays?|members)|committee
stakeholders: Hold; check; 6; project-management; < internal-audit
  = stakeholders?|workshops? with (?:management|users)|steering|management review|sign-?off
gap-analysis: Carry out; ask; 16; analysis
  = gap analysis|current state|as-is|audit of (?:the )?(?:current|existing)|baseline assessment|inventory of|asset inventor(?:y|ies)|existing articles
risk-assessment: Carry out; prepare; 16; risk-management; < gap-analysis
  = risk (?:assessment|analysis|register)|threat model
policies: Write; base; 24; compliance; < gap-analysis risk-assessment
  = polic(?:y|ies)|procedures?\b|guidelines?|isms\b|standards?\b(?! contract)|processes\b
suppliers: Select; prepare; 16; purchasing; ±2.2 < risk-assessment
  = supplier (?:reviews?|contracts?)|vendors?|procurement|tender|contract manufacturer|rfp\b|contractors?
internal-audit: Carry out; check; 16; compliance; < policies training
  = internal audits?
certification: Obtain; release; 24; compliance; ±2.6 < internal-audit stakeholders policies prototype field-test
  = certif\w+|accredit\w+|stage [12]\b|ce mark\w*|audits?\b|homologation
contract: Negotiate; prepare; 10; legal; ±2.4
  = contracts?\b|agreements?\b|negotiat|terms of
business-plan: Write; ask; 24; finance; < gap-analysis
  = business plan|business case|break-even|financial plan
funding: Secure; ask; 20; fundraising; ±2.8
  = fund(?:ing|raising|s)?\b|loans?\b of|a loan\b|investors?\b|savings|grants?\b|donations?|crowdfunding|budget plan
materials: Buy; base; 8; purchasing; < funding
  = materials?\b|supplies|tools?\b|equipment|lumber
announcement: Send; finish; 6; communication
  = announce|communicat|inform\b|tell\b|outreach|public relations
pilot-group: Prepare; release; 16; product; ±2 < page api orders erp tests
  = pilot (?:customers|users|group|phase)|beta (?:test|users)|early adopters|roll ?out|go-?live|launch
event: Organise; core; 16; event-planning
  = (?:community |information )?(?:events?|meetings?|celebrations?)\b
measuring: Do; release; 8; analysis; < social training pilot-group
  = (?:final )?reports? (?:for|to|on) (?:the )?(?:board|management|funders?|council|sponsors?)|measure\b|kpis?\b|success criteria|track progress|evaluat\w+|lessons learned|report\b
`;
