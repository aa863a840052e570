// PowerShell's commands: an approved verb, a hyphen and a noun (`Get-Content`). Verbs after Microsoft's list of
// approved ones; nouns of the modules that ship with it, as far as they touch files, processes, network or code.

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

export const POWERSHELL_VERBS = setOf(
  "add clear compress convertto convertfrom copy disable enable enter expand export find format get import install invoke measure move new out read receive register remove rename resolve restart resume save select send set start stop test update wait write",
);

export const POWERSHELL_NOUNS = setOf(
  "webrequest expression restmethod command object process childitem content item itemproperty service location variable wmiobject wmimethod ciminstance cimmethod executionpolicy mppreference sleep job host output file string psdrive pssession psdebug module alias history eventlog winevent computer computerinfo netipaddress netipconfiguration nettcpconnection connection localuser localgroup localgroupmember acl credential securestring base64string scheduledtask scheduledtaskaction dnsname clipboard path archive type date random culture hotfix adcomputer aduser addomain",
);
