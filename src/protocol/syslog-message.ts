// Syslog messages (RFC 5424) in octet-counted frames (RFC 6587 section 3.4.1, RFC 5425 section 4.3). The text is UTF-8
// behind a byte order mark; there is no structured data. A header field that cannot be written becomes "-".

import { utf8 } from "./base64url.ts";

export interface SyslogMessage {
  /** RFC 5424 section 6.2.1; 13 is the log audit. */
  readonly facility: number;
  /** 0 emergency to 7 debug. */
  readonly severity: number;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly host: string;
  readonly app: string;
  readonly message_id: string;
  readonly text: string;
}

const BOM = "\ufeff";

/** Printable ASCII without spaces, cut to what the field may hold. */
const field = (text: string, length_max: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, "").slice(0, length_max) || "-";

/** The message without its frame. */
export function formatSyslog(message: SyslogMessage): string {
  const { facility, severity, timestamp, host, app, message_id, text } = message;
  const header = `<${facility * 8 + severity}>1 ${field(timestamp, 32)} ${field(host, 255)} ${field(app, 48)} -`;
  return `${header} ${field(message_id, 32)} - ${BOM}${text}`;
}

/** The message behind its length in octets. */
export function frameSyslog(message: SyslogMessage): Uint8Array<ArrayBuffer> {
  const bytes = utf8(formatSyslog(message));
  return new Uint8Array([...utf8(`${bytes.length} `), ...bytes]);
}
