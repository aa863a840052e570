// The passwords that everybody tries first: some 49,000, kept by the package @zxcvbn-ts/language-common.
// Unpacked on first use, since most isolates never see a new password.

let loading: Promise<ReadonlySet<string>> | undefined;

/** Lower-case common passwords of any length. */
export function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"] as string[]),
  );
  return loading;
}
