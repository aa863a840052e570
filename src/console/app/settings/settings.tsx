// The workspace's settings; and, for the administrators of the first workspace, what concerns the whole deployment.
import { signed_in } from "../connection/session.ts";
import { Head } from "../shell/frame.tsx";
import { Blocks } from "./blocks.tsx";
import { Decisions } from "./decisions.tsx";
import { Workspaces } from "./workspaces.tsx";

export const Settings = () => {
  const { workspace } = signed_in.value!;
  return (
    <div class="narrow">
      <Head title="Settings">What is decided for the whole workspace {workspace}.</Head>
      <Decisions />
      {workspace === "main" && (
        <>
          <Blocks />
          <Workspaces />
        </>
      )}
    </div>
  );
};
