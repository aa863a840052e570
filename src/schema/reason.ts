// Every reason for which Taskward refuses a request: one table from reason to RFC 9457 problem.
// The status and title are fixed per reason; a `detail` may say more, never who or what was right.

interface ReasonEntry {
  readonly status: number;
  readonly title: string;
  /** What the reader of `/problems/<reason>` should do next. */
  readonly advice: string;
}

export const REASONS = {
  malformed_json: {
    status: 400,
    title: "The body is not valid JSON",
    advice: "Send UTF-8 JSON (RFC 8259). The pointer names the place where reading stopped.",
  },
  malformed_request: {
    status: 400,
    title: "The request cannot be read",
    advice: "Compare the path, query and headers with the operation's description in /docs.",
  },
  ambiguous_credentials: {
    status: 400,
    title: "More than one credential was sent",
    advice: "Send either the Authorization header or the session cookie, never both.",
  },
  authentication_required: {
    status: 401,
    title: "Sign in first",
    advice: "Send a session token as `Authorization: Bearer tws_…`. POST /v1/auth/login gives one.",
  },
  authentication_failed: {
    status: 401,
    title: "The sign-in was refused",
    advice:
      "The name, the password, the code, the nonce or the clock is wrong; which one is never said. Check your clock, take a fresh nonce and try again.",
  },
  signature_refused: {
    status: 401,
    title: "The signature was not accepted",
    advice:
      "It must cover @method, the target and, where there is a body, content-digest, and carry created, expires, keyid and a nonce of its own; the Accept-Signature header shows how. Which part failed is never said. Check the clock, the key and whether it was revoked.",
  },
  certificate_refused: {
    status: 401,
    title: "The client certificate was not accepted",
    advice:
      "It must be one that this service has issued for a worker, not expired and not revoked. Renew it before it expires, or have another key registered.",
  },
  session_ended: {
    status: 401,
    title: "The session has ended",
    advice:
      "It expired, was signed out or revoked, or was used from a place it is not bound to. Sign in again.",
  },
  step_up_required: {
    status: 401,
    title: "A recent authentication is needed",
    advice: "POST /v1/session/step-up with your password and code, then repeat the request (RFC 9470).",
  },
  permission_denied: {
    status: 403,
    title: "Your permissions do not allow this",
    advice: "Ask an ADMIN of the workspace or the owner of the project for the permission.",
  },
  origin_refused: {
    status: 403,
    title: "The request comes from another site",
    advice: "Requests with a session cookie must carry this service's own Origin.",
  },
  registration_closed: {
    status: 403,
    title: "Registration needs an invitation",
    advice: "Ask an ADMIN of the workspace for an invitation and send it with the registration.",
  },
  not_found: {
    status: 404,
    title: "There is no such thing here",
    advice: "It does not exist, or you are not among those who may know of it.",
  },
  method_not_allowed: {
    status: 405,
    title: "This path does not take that method",
    advice: "The Allow header lists the methods it takes.",
  },
  username_taken: {
    status: 409,
    title: "This username is taken",
    advice: "Choose another username.",
  },
  conflict: {
    status: 409,
    title: "The present state does not allow this",
    advice: "Read the resource again: the detail says what stands in the way.",
  },
  last_admin: {
    status: 409,
    title: "A workspace keeps at least one ADMIN",
    advice: "Make another user ADMIN first.",
  },
  owns_projects: {
    status: 409,
    title: "This person owns projects",
    advice: "Transfer them, or delete them, then repeat the request. The detail names some of them.",
  },
  already_created: {
    status: 409,
    title: "This request was carried out before",
    advice:
      "Its answer bore a secret, and secrets are shown once and never kept. Where the secret is lost, revoke what the detail names and create another under a new Idempotency-Key.",
  },
  dependency_cycle: {
    status: 409,
    title: "These dependencies would form a cycle",
    advice: "The detail names the cycle. Remove one of its links.",
  },
  quota_exceeded: {
    status: 409,
    title: "A quota is used up",
    advice: "The detail names the quota. Delete what is no longer needed.",
  },
  task_held: {
    status: 409,
    title: "Somebody holds this task",
    advice: "Its lease says who and until when. Take another task, or come back when the lease has ended.",
  },
  task_not_claimable: {
    status: 409,
    title: "This task cannot be claimed now",
    advice:
      "Only an open task can be, with everything that it depends on done or cancelled, and by its assignee where it has one.",
  },
  stale_fencing_token: {
    status: 409,
    title: "This is not the task's present lease",
    advice:
      "The lease expired, was given back or went to somebody else. Stop working on the task, or claim it anew.",
  },
  capacity_reached: {
    status: 409,
    title: "The worker has as much as it can take",
    advice: "Complete or release what is held, or raise the worker's capacity.",
  },
  worker_paused: {
    status: 409,
    title: "The worker is paused",
    advice: "It takes no work until it goes on. What it holds it may renew, release and complete.",
  },
  delivery_replayed: {
    status: 409,
    title: "This delivery came before",
    advice:
      "Another of the same id, or with the same body, was taken within 24 hours and has had its effect. There is no need to send it again.",
  },
  cursor_expired: {
    status: 410,
    title: "What is asked for is no longer kept",
    advice: "List the tasks of the project, then follow its feed from the number in `resume_after`.",
  },
  stale_version: {
    status: 412,
    title: "The resource has changed meanwhile",
    advice: "Read it again, and repeat the change with its new ETag.",
  },
  body_too_slow: {
    status: 408,
    title: "The body came too slowly",
    advice: "Send it at 1 KiB a second or faster, and the first byte within ten seconds.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    advice: "The detail gives the limit in bytes. Split the request.",
  },
  unsupported_media_type: {
    status: 415,
    title: "The body is not JSON",
    advice: "Send `Content-Type: application/json` without a content encoding.",
  },
  invalid_input: {
    status: 422,
    title: "Some of the input is not acceptable",
    advice: "Each entry of `errors` points at a place in the input and says what is expected there.",
  },
  idempotency_key_reused: {
    status: 422,
    title: "This Idempotency-Key came with another request",
    advice:
      "Take a new key for each new request. To repeat one, send it unchanged under its own key, within 24 hours.",
  },
  input_refused: {
    status: 422,
    title: "Some of the input looks like an attack",
    advice:
      "Each entry of `errors` points at a place and says what it looks like. Say it in other words, or quote less code.",
  },
  version_required: {
    status: 428,
    title: "The write must name the version it changes",
    advice: "Send the resource's ETag in If-Match.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    advice: "Wait for the seconds in Retry-After.",
  },
  ai_limit_reached: {
    status: 429,
    title: "A limit of planning is reached",
    advice:
      "The detail names the limit, Retry-After says when to return, and GET /v1/ai/usage shows how much is left.",
  },
  too_many_streams: {
    status: 429,
    title: "Too many streams are open",
    advice: "Close a stream before opening another. One that was lost is forgotten after half a minute.",
  },
  locked_out: {
    status: 429,
    title: "Too many failed sign-ins",
    advice: "Wait for the seconds in Retry-After. Further attempts do not help.",
  },
  internal: {
    status: 500,
    title: "Something went wrong on our side",
    advice: "Nothing of the request was kept. Quote the request_id when you report it.",
  },
  misconfigured: {
    status: 503,
    title: "The service is not configured",
    advice: "Operators: the log names the variable that is missing or wrong.",
  },
  unavailable: {
    status: 503,
    title: "The service is busy",
    advice: "Try again in a moment.",
  },
} as const satisfies Record<string, ReasonEntry>;

export type Reason = keyof typeof REASONS;
