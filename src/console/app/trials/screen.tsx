// Security tests: attacks on one's own account that must fail, each with the refusal and its audit event.
import { useState } from "preact/hooks";
import { useRun } from "../connection/run.ts";
import { may, signed_in } from "../connection/session.ts";
import { Button, LinkButton } from "../parts/button.tsx";
import { Field, readForm } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/state.tsx";
import { Copyable } from "../parts/text.tsx";
import { hrefOf } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { findEvent, type Outcome, prepare, type Trial, tryIt } from "./trials.ts";

interface Result {
  readonly trial: Trial;
  /** Null while the reader has something to do first. */
  readonly outcome: Outcome | null;
  /** Undefined while it is looked for, null where there is none to show. */
  readonly event_id: string | null | undefined;
}

/** A clock that is a little behind must not hide the event. */
const CLOCK_MS = 60_000;

export const Trials = () => {
  const running = useRun();
  const [results, setResults] = useState<readonly Result[]>([]);
  const { user } = signed_in.value!;
  const audits = may("system:audit");

  const put = (result: Result) =>
    setResults((old) => [...old.filter(({ trial }) => trial !== result.trial), result]);
  const attack = async (trial: Trial) => {
    const since_ms = Date.now() - CLOCK_MS;
    const looks = audits && trial.event_type !== null;
    const result = { trial, outcome: await tryIt(trial), event_id: looks ? undefined : null };
    put(result);
    if (looks) put({ ...result, event_id: await findEvent(trial.event_type!, since_ms) });
  };
  const submit = (event: SubmitEvent) => {
    const { text } = readForm(event);
    const form = event.currentTarget as HTMLFormElement;
    void running.run(async () => {
      setResults([]);
      const trials = await prepare(text("password"), text("code"));
      form.reset();
      for (const trial of trials)
        if (trial.command === null) await attack(trial);
        else put({ trial, outcome: null, event_id: null });
    });
  };

  return (
    <div class="narrow">
      <Head title="Security tests">
        Three attacks on your own account. All of them must fail, and you see the refusal and what the audit
        log says.
      </Head>
      <form class="form panel-card" onSubmit={submit}>
        <p>They begin with a fresh sign-in of yours, beside this session, which stays as it is.</p>
        <div class="pair">
          <Field label="Password" name="password" type="password" autocomplete="current-password" required />
          {user.mfa_enabled && (
            <Field label="Code" name="code" autocomplete="one-time-code" required maxLength={32} />
          )}
        </div>
        {running.problem && <Problem explanation={running.problem} />}
        <div>
          <Button type="submit" kind="primary" icon="trials" busy={running.busy}>
            Run the tests
          </Button>
        </div>
      </form>
      <ul class="risk-list trials" aria-live="polite">
        {results.map((result) => (
          <Card
            key={result.trial.id}
            result={result}
            audits={audits}
            attack={() => running.run(() => attack(result.trial))}
          />
        ))}
      </ul>
    </div>
  );
};

const Card = ({
  result: { trial, outcome, event_id },
  audits,
  attack,
}: {
  readonly result: Result;
  readonly audits: boolean;
  readonly attack: () => unknown;
}) => (
  <li class={outcome === null ? "panel-card" : outcome.refused ? "verdict good" : "verdict bad"}>
    <p class="problem-title">
      <Icon name={outcome?.refused === false ? "warning" : "check"} /> {trial.title}
    </p>
    <p>{trial.about}</p>
    {outcome === null && trial.command !== null && (
      <>
        <p>
          Run this in a terminal: it sends a copy of that session, good for nothing else. Then look what came
          of it.
        </p>
        <Copyable text={trial.command} label="the command" />
        <div>
          <Button onClick={attack}>I have run it</Button>
        </div>
      </>
    )}
    {outcome && (
      <p>
        <b>{outcome.refused ? "Refused" : "Not refused as it must be"}</b>: {outcome.said}
        {!outcome.refused && " Tell whoever runs the service."}
      </p>
    )}
    {event_id === undefined && <p class="hint">Looking for it in the audit log …</p>}
    {event_id && (
      <p>
        <LinkButton href={hrefOf({ name: "audit", id: event_id })} icon="audit">
          Its audit event
        </LinkButton>
      </p>
    )}
    {outcome && event_id === null && trial.event_type && (
      <p class="hint">
        {audits ? "The log does not show it yet." : "Administrators and auditors see it in the audit log."}
      </p>
    )}
  </li>
);
