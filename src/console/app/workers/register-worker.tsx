// Registering a worker: its name, skills and capacity, and a key. The key pair is made here, in the browser; the
// private half is shown once and sent to nobody.
import { useState } from "preact/hooks";
import { type service as Service, service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { FormDialog, ShownDialog } from "../parts/dialog.tsx";
import { Field, readForm } from "../parts/field.tsx";
import { Copyable, CopyButton } from "../parts/text.tsx";
import { skillsFrom } from "./skills.ts";

interface Made {
  readonly name: string;
  readonly key_id: string;
  readonly private_key: string;
}

type PublicJwk = NonNullable<Parameters<typeof Service.registerWorker>[0]["body"]["public_jwk"]>;

export const RegisterWorker = ({ close }: { readonly close: () => void }) => {
  const running = useRun();
  const [made, setMade] = useState<Made | null>(null);
  if (made)
    return (
      <ShownDialog title={`${made.name} is registered`} onClose={close}>
        <p>Give the program these two. The private key is shown this once, and the service never saw it.</p>
        <h3>Key id</h3>
        <Copyable text={made.key_id} label="the key id" />
        <h3>Private key</h3>
        <CopyButton text={made.private_key} label="Copy the private key (JWK)" />
        <p class="hint">Then make the worker a member of a project, under its “Members”.</p>
      </ShownDialog>
    );
  return (
    <FormDialog
      title="Register a worker"
      action="Register it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const pair = (await crypto.subtle.generateKey("Ed25519", true, [
            "sign",
            "verify",
          ])) as CryptoKeyPair;
          const { kty, crv, x } = await crypto.subtle.exportKey("jwk", pair.publicKey);
          const private_jwk = await crypto.subtle.exportKey("jwk", pair.privateKey);
          const { body } = await service.registerWorker({
            body: {
              name: text("name"),
              skills: skillsFrom(text("skills")),
              capacity: Number(text("capacity")),
              public_jwk: { kty, crv, x } as PublicJwk,
            },
          });
          setMade({ name: body.worker.name, key_id: body.key_id, private_key: JSON.stringify(private_jwk) });
        });
      }}
    >
      <Field
        label="Name"
        name="name"
        required
        maxLength={64}
        placeholder="translator-1"
        hint="It stays taken for good."
        autofocus
      />
      <Field
        label="Skills, with levels from 1 to 5"
        name="skills"
        placeholder="translation 4, writing 2"
        hint="It claims tasks that ask for none but these."
      />
      <Field label="Tasks at once" name="capacity" type="number" min={1} max={100} value="1" required />
    </FormDialog>
  );
};
