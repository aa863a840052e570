// The reader's own account: where they are signed in, how they prove who they are, tokens of their programs, and what
// happened to the account.
import { signed_in } from "../connection/session.ts";
import { ROLE_WORDS } from "../format/words.ts";
import { Badge } from "../parts/text.tsx";
import { Head } from "../shell/frame.tsx";
import { Notices } from "./notices.tsx";
import { Proofs } from "./proofs.tsx";
import { Sessions } from "./sessions.tsx";
import { Tokens } from "./tokens.tsx";

export const Account = () => {
  const { user, workspace } = signed_in.value!;
  return (
    <div class="narrow">
      <Head title="Your account">
        {user.username} in the workspace {workspace}, known to others as <code>{user.id}</code>
      </Head>
      <p class="badges">
        {user.roles.map((role) => (
          <Badge key={role} tone="accent">
            {ROLE_WORDS[role]}
          </Badge>
        ))}
        {user.mfa_enabled ? (
          <Badge tone="good">Second factor on</Badge>
        ) : (
          <Badge tone="warn">No second factor</Badge>
        )}
      </p>
      <Sessions />
      <Proofs />
      <Tokens />
      <Notices />
    </div>
  );
};
