// The package types its examples at its root alone; read as JSON, their type would be all four megabytes of them.
declare module "@octokit/webhooks-examples/api.github.com/index.json" {
  import type { WebhookDefinition } from "@octokit/webhooks-examples";

  const recorded: readonly WebhookDefinition[];
  export default recorded;
}
