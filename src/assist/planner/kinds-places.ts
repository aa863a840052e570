// Kinds of work on events, buildings, gardens and moves; kind.ts says how a row is read.
export const PLACE_KINDS = String.raw`
venue: Book; base; 8; event-planning; ±2
  = venues?|(?:large |main )?halls?\b|town hall|ceremony|party\b|barn\b|workshop rooms?|meeting rooms?\b(?! furniture)|locations? for|museum
  before: Visit and compare places for {}; 8; event-planning
programme: Draw up; base; 16; programme; < venue
  = programme with|program of|agenda|line-?up|talks?\b|sessions?\b|call for papers
speakers: Invite; core; 12; programme; < programme
  = speakers?|keynotes?|performers?|artists?|moderators?
sponsors: Win; base; 20; fundraising; ±2.4
  = sponsor
  before: Put together what sponsors get: {}; 6; fundraising
tickets: Set up; core; 8; event-planning; < venue programme invitations
  = tickets?|registrations?\b(?! of)|rsvp|guest lists?|seating
invitations: Send out; core; 6; event-planning; < venue
  = invitations?|save-the-dates?|invite guests
catering: Order; core; 6; event-planning; < venue
  = cater(?:ing|ers?)|food\b (?:and|for)|drinks?\b (?:and|for)|lunch|dinner|coffee breaks?|(?:wedding )?cake|buffet
  before: Get quotes for {}; 4; purchasing
lodging: Reserve; core; 6; event-planning; < venue
  = hotels?|accommodation|rooms for|travel\b|flights?|shuttle|bus(?:es)?\b
music: Book; core; 5; event-planning; < venue
  = bands?\b|dj\b|music(?:ians?)?\b|orchestra|choir
  before: Get quotes for {}; 4; purchasing
photos: Book; core; 4; event-planning; < venue
  = photograph(?:er|y|s)?|(?:product )?photos?\b|videographer|photo booth
decoration: Arrange; finish; 8; event-planning; < venue
  = decorat|flowers?|florist|table settings?|signage|banners?
stage: Set up; finish; 12; event-technology; < venue
  = stage\b|sound system|microphones?|projectors?|a\/?v\b|lighting|live ?stream\w*|stream (?:all|the)|recordings?\b
sampling: Organise; core; 20; field-marketing; ±2
  = sampling|tastings?|booths?|stands? at|demo(?:nstration)?s? in|supermarkets?
survey-site: Carry out; ask; 10; surveying
  = (?:site|measured|structural|soil) (?:survey|analysis|test)s?|structural engineer|load-?bearing|engineer must confirm|identify .*sites?|vacant lots?|suitable (?:sites?|locations?)
permit: Obtain; prepare; 10; permits; ±3 < survey-site floor-plan
  = permits?|planning permission|building consent|zoning|fire (?:department|safety)|(?:floor ?plans? )?approv(?:al|ed by)|licen[cs]es?\b (?:for|from)|inspections?
floor-plan: Draw up; prepare; 16; architecture; < survey-site
  = floor ?plans?|blueprints?|architect\w*|landscape design|garden design|layout of
demolition: Carry out; base; 16; construction; < survey-site permit
  = demoli|remov(?:e|al) .*(?:walls?|asphalt|floor|roof|old kitchen|cabinets?)|wall .*(?:removed|taken down)|asphalt|clear (?:the )?site|strip out
foundations: Lay; base; 32; construction; < demolition permit
  = foundations?\b|excavat|footings?|ground ?works?|prepare .*(?:site|ground)s?|level the
structure: Build; core; 60; construction; < foundations
  = (?:steel )?beams?|masonry|brick|timber frame|walls?\b|roof(?:ing)?|scaffold
electrics: Install; core; 24; electrical; < demolition structure
  = wir(?:ing|es)\b|electric(?:al|s|ian)?\b|sockets?|lights?\b
plumbing: Install; core; 24; plumbing; < demolition structure
  = plumb|water pipes?|drains?|pipes?\b|sanitary|bathrooms?|irrigation|water (?:access|supply|tank)
heating: Install; core; 24; heating; < plumbing demolition
  = (?:underfloor |central )?heating|boilers?|heat pumps?|ventilation|air conditioning|insulat
openings: Fit; core; 16; carpentry; < demolition structure
  = windows?\b|doors?\b
  before: Get quotes for {}; 4; purchasing
floors: Lay; core; 24; tiling; < electrics plumbing heating openings
  = floor(?:s|ing)\b|tiles?\b|tiling|parquet|plaster\w*|drywall
fittings: Install; finish; 20; carpentry; < floors electrics plumbing
  = (?:fitted )?cabinets?|kitchen (?:units?|cabinets?)|worktops?|(?:induction )?hobs?|ovens?\b|appliances?|shelves
  before: Choose and order {}; 6; purchasing
painting: Do; finish; 16; painting; < floors electrics
  = paint(?:ing)?\b|wallpaper
beds: Build; core; 24; gardening; < survey-site permit foundations demolition funding
  = (?:raised )?(?:garden )?beds?\b|planters?|greenhouse|compost (?:bins?|heap)|(?:build|construct|establish\w*) .*gardens?|gardens?\b|playground
  before: Buy material for {}; 6; purchasing
planting: Do; finish; 12; gardening; < beds
  = plant(?:s|ing)?\b|seeds?\b|seedlings|trees?\b|grow\b(?! (?:the|our|from))|lettuce|vegetables?|herbs?|soil\b
harvest: Organise; release; 12; event-planning; < planting beds
  = harvest
grounds: Build; core; 16; construction; < foundations
  = fences?|paths?\b|paving|benches|shed\b
lease: Sign; ask; 8; legal
  = (?:new |old )?leases?\b|rental (?:contract|agreement)|landlord
  before: Check the terms of {}; 4; legal
furniture: Order; base; 8; purchasing; < floor-plan lease
  = furniture|desks?|chairs?|tables?\b and
network: Set up; base; 16; it; ±2.6 < lease
  = internet (?:line|access|connection)|wi-?fi|network (?:cabling|equipment)|phones?\b(?: lines?)?(?!.*work)|telephony|cabling
servers: Move; core; 16; it; ±2.2 < network
  = servers?\b(?:.*rack)?|server room|data ?cent(?:er|re)
  before: Plan and rehearse the move of {}; 8; it
packing: Do; core; 16; logistics; < furniture network
  = pack(?:ing)?\b|boxes|movers|moving company|removal (?:company|firm)|belongings
new-address: Announce; finish; 4; communication; < lease
  = (?:new |change of )address|tell (?:customers|suppliers)|inform (?:customers|suppliers|clients)
handover: Do; release; 8; logistics; < packing servers
  = hand(?:ing)? (?:back|over)|clean (?:and|up|the)|final cleaning|snagging|handover
transport: Organise; core; 8; logistics
  = transport|deliver(?:y|ies)\b|shipping|logistics|trucks?|vans?\b
`;
