// Address and secret of an integration, to be taken to the other side. The secret is shown once; there is none to show
// where the other side gave it.
import { ShownDialog } from "../parts/dialog.tsx";
import { Copyable } from "../parts/text.tsx";

export interface Shown {
  readonly address: string;
  readonly secret: string | null;
}

export const SecretDialog = ({ shown, close }: { readonly shown: Shown; readonly close: () => void }) => (
  <ShownDialog title="For the other side" onClose={close}>
    <div class="form">
      <div>
        <h3>Address</h3>
        <Copyable text={shown.address} label="the address" />
      </div>
      {shown.secret === null ? (
        <p>Deliveries are signed with the secret that the other side gave.</p>
      ) : (
        <div>
          <h3>Secret</h3>
          <p class="hint">It signs each delivery. It is shown this once.</p>
          <Copyable text={shown.secret} label="the secret" />
        </div>
      )}
    </div>
  </ShownDialog>
);
