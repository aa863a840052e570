// Who is signed in, and what they may do; null for nobody, undefined until that is known.
import { computed, signal } from "@preact/signals";
import type { ReplyOf } from "../../../api/operation.ts";
import type { Operations } from "../../../api/operations/index.ts";
import { randomSecret } from "../../../protocol/random.ts";
import type { Permission } from "../../../schema/role.ts";
import { isRefused, service, session_lost } from "./requests.ts";
import { toasts } from "./run.ts";

type Described = ReplyOf<Operations["currentSession"]>;

export interface SignedIn {
  readonly user: Described["user"];
  readonly session: Described["session"];
  readonly workspace: string;
  readonly permissions: ReadonlySet<Permission>;
}

export const signed_in = signal<SignedIn | null | undefined>(undefined);
/** Why the sign-in page shows, where it is not the reader's own doing. */
export const farewell = signal<string | null>(null);

export const user_id = computed(() => signed_in.value?.user.id ?? "");
export const may = (permission: Permission): boolean => signed_in.value?.permissions.has(permission) ?? false;

session_lost.subscribe((times) => {
  if (times > 0 && signed_in.peek()) {
    farewell.value =
      "Your session has ended: it ran out, was signed out elsewhere, or was used from another place.";
    signed_in.value = null;
  }
});

/** Whether this browser has signed in: where it has not, there is nothing to ask. The cookie itself cannot be seen. */
const KEY = "taskward-signed-in";
signed_in.subscribe((who) => {
  if (who === null) localStorage.removeItem(KEY);
  else if (who) localStorage.setItem(KEY, "yes");
});

/** Asks the service who is here, where somebody may be. Throws when it cannot be reached. */
export async function findSession(): Promise<void> {
  if (localStorage.getItem(KEY) === null) signed_in.value = null;
  else await readSession();
}

/** Asks the service who is here. Throws when it cannot be reached. */
export async function readSession(): Promise<void> {
  try {
    const [session, who] = await Promise.all([service.currentSession(), service.whoAmI()]);
    const { workspace, permissions } = who.body.principal;
    signed_in.value = { ...session.body, workspace, permissions: new Set(permissions) };
  } catch (error) {
    if (!isRefused(error, "authentication_required", "session_ended")) throw error;
    signed_in.value = null;
  }
}

/** Nothing of the session stays in this browser. Throws when the service cannot be reached. */
export async function signOut(): Promise<void> {
  await service.logout().catch((error: unknown) => {
    if (!isRefused(error, "session_ended", "authentication_required")) throw error;
  });
  farewell.value = null;
  signed_in.value = null;
  toasts.value = [];
  sessionStorage.clear();
}

/** What makes a sign-in, a step-up or a recovery good for one time: a nonce, and the service's own time. */
export async function freshProof(): Promise<{ nonce: string; timestamp: number }> {
  try {
    const { nonce, timestamp } = (await service.nonce()).body;
    return { nonce, timestamp };
  } catch (error) {
    if (!isRefused(error, "rate_limited")) throw error;
    return { nonce: randomSecret(), timestamp: Date.now() / 1_000 };
  }
}

/** Without the blanks between the halves in which apps show it. */
export const bareCode = (code: string): string => code.replaceAll(/\s/gu, "");

/** Six digits are a code of the app; anything longer is a backup code. */
export function codeFields(code: string): { mfa_code?: string; use_backup_code?: boolean } {
  const bare = bareCode(code);
  return bare === "" ? {} : { mfa_code: bare, ...(bare.length > 6 && { use_backup_code: true }) };
}
