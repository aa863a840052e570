// WebCrypto's CryptoKey as a type. The type declarations of Workers have it as a global class and those of
// Node only as a value; this names the same thing under both.

export type CryptoKey = InstanceType<typeof CryptoKey>;
