// The sinks that the configuration asks for, with what each needs of the runtime. A new one is added here.
import { connect } from "cloudflare:sockets";
import { cloudLogging } from "../../src/audit-sinks/cloud-logging.ts";
import { csv } from "../../src/audit-sinks/csv.ts";
import { jsonLines } from "../../src/audit-sinks/json-lines.ts";
import { logpush } from "../../src/audit-sinks/logpush.ts";
import type { Sink } from "../../src/audit-sinks/sink.ts";
import { syslog } from "../../src/audit-sinks/syslog.ts";
import type { Config } from "../../src/config.ts";

export function configuredSinks(
  { audit, public_host }: Pick<Config, "audit" | "public_host">,
  bucket: R2Bucket,
  print: (line: string) => void,
): Sink[] {
  const sinks = [jsonLines(bucket, audit.rotation_ms), logpush(print)];
  if (audit.csv) sinks.push(csv(bucket, audit.rotation_ms));
  if (audit.cloud_logging) {
    const reach = { send: (url: string, init: RequestInit) => fetch(url, init), now: () => Date.now() };
    sinks.push(cloudLogging(audit.cloud_logging, reach));
  }
  if (audit.syslog) {
    sinks.push(
      syslog(audit.syslog, public_host, ({ hostname, port, tls }) =>
        connect({ hostname, port }, { secureTransport: tls ? "on" : "off", allowHalfOpen: false }),
      ),
    );
  }
  return sinks;
}
