// The secret of an endpoint, shown once.
import { ShownDialog } from "../parts/dialog.tsx";
import { Copyable } from "../parts/text.tsx";

export const SecretDialog = ({ secret, close }: { readonly secret: string; readonly close: () => void }) => (
  <ShownDialog title="The signing secret" onClose={close}>
    <p>
      Give it to whatever answers at that address: it checks each delivery with it. It is shown this once.
    </p>
    <Copyable text={secret} label="the secret" />
  </ShownDialog>
);
