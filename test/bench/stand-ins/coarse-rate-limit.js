// A stand-in for Cloudflare's rate-limit binding in the bench: always within the limit, and about as cheap
// as the real one, which asks a counter of the same machine.
export default () => ({ limit: async () => ({ success: true }) });
