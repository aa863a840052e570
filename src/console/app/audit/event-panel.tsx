// One event: what it says, and the proof that it is in the log, checked in this browser.
import { useState } from "preact/hooks";
import type { AuditEvent } from "../../../schema/audit-event.ts";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { signed_in } from "../connection/session.ts";
import { sayExactly } from "../format/time.ts";
import { sayName } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Panel } from "../parts/panel.tsx";
import { Problem } from "../parts/state.tsx";
import { Badge } from "../parts/text.tsx";
import { pin, pinnedOf } from "./pinned.ts";
import { type InclusionProof, type Verdict, verifyEvent } from "./verify.ts";

const PENDING_TRIES = 8;
const PENDING_MS = 700;

/** The proof of an event; an entry is under a checkpoint a second or two after it came. */
async function readProof(entry: string): Promise<InclusionProof | null> {
  for (let tries = 0; tries < PENDING_TRIES; tries += 1) {
    const { proof } = (await service.proveEntry({ params: { entry } })).body;
    if (proof) return proof;
    await new Promise((settle) => setTimeout(settle, PENDING_MS));
  }
  return null;
}

async function verify(event_id: string): Promise<Verdict | null> {
  const { workspace } = signed_in.value!;
  const proof = await readProof(event_id);
  if (!proof) return null;
  const { verifier_keys } = (await service.listVerifierKeys()).body;
  const verdict = await verifyEvent({
    ...{ event_id, proof, verifier_keys, pinned: pinnedOf(workspace) },
    consistency: async (from, to) =>
      (await service.proveConsistency({ query: { from: String(from), to: String(to) } })).body.proof.hashes,
  });
  if (verdict.ok)
    pin(workspace, { note: proof.checkpoint, verifier_keys, seen_at: new Date().toISOString() });
  return verdict;
}

export const EventPanel = ({
  id,
  event,
  nameOf,
  close,
}: {
  readonly id: string;
  readonly event: AuditEvent | undefined;
  readonly nameOf: (id: string | null) => string;
  readonly close: () => void;
}) => {
  return (
    <Panel label="Event" close={close}>
      <header class="panel-head">
        {event && (
          <Badge tone={event.decision === "deny" ? "bad" : "good"}>
            {event.decision === "deny" ? "Refused" : "Allowed"}
          </Badge>
        )}
        {event && <Badge>{sayName(event.severity)}</Badge>}
        <span class="actions">
          <Button small kind="quiet" icon="close" label="Close the event" onClick={close} />
        </span>
      </header>
      <h2 class="panel-title">{event ? sayName(event.event_type) : "An event"}</h2>
      {event ? (
        <Facts event={event} nameOf={nameOf} />
      ) : (
        <p class="hint">It is not among those that are listed here; it can be verified all the same.</p>
      )}
      <Verify id={id} />
    </Panel>
  );
};

const Facts = ({
  event,
  nameOf,
}: {
  readonly event: AuditEvent;
  readonly nameOf: (id: string | null) => string;
}) => {
  const facts: [string, string | null][] = [
    ["Who", nameOf(event.user_id)],
    ["When", sayExactly(event.timestamp)],
    ["From", event.ip_address],
    ["Rule", event.rule && sayName(event.rule)],
    ["About", event.targets.map((target) => nameOrId(target, nameOf)).join(", ")],
    ...Object.entries(event.details).map(([name, value]): [string, string] => [
      sayName(name),
      sayValue(value),
    ]),
    ["Request", event.request_id],
    ["Place in the log", event.index.toLocaleString()],
  ];
  return (
    <dl class="panel-facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name} class="fact-pair">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
};

const nameOrId = (target: string, nameOf: (id: string) => string): string =>
  /^(?:usr|wrk)_/.test(target) ? nameOf(target) : target;

const sayValue = (value: AuditEvent["details"][string]): string =>
  Array.isArray(value)
    ? value.join(", ")
    : value === true
      ? "Yes"
      : value === false
        ? "No"
        : String(value ?? "None");

const Verify = ({ id }: { readonly id: string }) => {
  const running = useRun();
  const [verdict, setVerdict] = useState<Verdict | "pending" | null>(null);
  return (
    <section class="panel-part" aria-label="Verification">
      <h3>Is it really in the log?</h3>
      <p class="hint">
        This browser hashes the entry, follows the proof to the signed root, and compares with the log it saw
        before. The service is not trusted for any of it.
      </p>
      <div>
        <Button
          kind="primary"
          icon="audit"
          busy={running.busy}
          onClick={() => running.run(async () => setVerdict((await verify(id)) ?? "pending"))}
        >
          Verify
        </Button>
      </div>
      {running.problem && <Problem explanation={running.problem} />}
      {verdict === "pending" && (
        <p role="status">It is not yet under a checkpoint. That takes a second or two: verify again.</p>
      )}
      {verdict && verdict !== "pending" && (
        <div class={verdict.ok ? "verdict good" : "verdict bad"} role="status">
          <p class="problem-title">
            {verdict.ok
              ? "Verified: it is in the log."
              : "Not verified. Tell whoever runs the service, and keep this page."}
          </p>
          <ul>
            {verdict.steps.map(({ text, ok }) => (
              <li key={text}>
                <Icon name={ok ? "check" : "close"} size={16} />
                <span>
                  {text}
                  {!ok && ": this does not hold"}
                </span>
              </li>
            ))}
          </ul>
          {verdict.ok && (
            <p class="hint">This checkpoint is remembered here: the log must have grown from it next time.</p>
          )}
        </div>
      )}
    </section>
  );
};
