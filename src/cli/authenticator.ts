// What a person brings to a sign-in: a password, the phone's code of the moment, and a fresh nonce.
import type { Client, RequestFor } from "../api/client.ts";
import { totpAt } from "../protocol/one-time-code.ts";

export type Credentials = RequestFor<"login">["body"];

export interface Person {
  readonly workspace: string;
  readonly username: string;
  readonly password: string;
  /** The secret behind the QR code, in base32; absent without a second factor. */
  readonly totp_secret?: string;
}

/** A random password of 16 bytes, in digits and dashes so that it can never contain a name. */
export function randomPassword(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

/** Everything that one sign-in takes; the server accepts it once. */
export async function credentials(
  client: Client,
  { workspace, username, password, totp_secret }: Person,
): Promise<Credentials> {
  const { nonce, timestamp } = (await client.nonce()).body;
  return {
    workspace,
    username,
    password,
    nonce,
    timestamp,
    ...(totp_secret && { mfa_code: totpAt(totp_secret, Date.now()) }),
  };
}
