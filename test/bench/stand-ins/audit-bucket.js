// A stand-in for R2 in the bench, speaking the part of the binding's protocol that a sink needs: a put
// answers an object's metadata, whatever is read does not exist (10007), a list is empty. Bodies are swallowed, so
// that figures hold none of R2's own cost, or kept as files where the bench has given a folder (FILES).
// The protocol: metadata as JSON in the header `cf-r2-request` (reads) or as the first
// `cf-r2-metadata-size` bytes of the body (writes).
const NO_SUCH_KEY = JSON.stringify({
  message: "The specified key does not exist.",
  version: 1,
  v4code: 10007,
});

export default {
  /**
   * @param {Request} request
   * @param {{FILES?: {fetch: typeof fetch}}} env
   */
  async fetch(request, { FILES }) {
    const inHeader = request.headers.get("cf-r2-request");
    if (inHeader !== null) {
      if (JSON.parse(inHeader).method === "list")
        return answer({ objects: [], truncated: false, delimitedPrefixes: [] });
      return new Response(null, { status: 404, headers: { "cf-r2-error": NO_SUCH_KEY } });
    }
    const body = new Uint8Array(await request.arrayBuffer());
    const metadata_bytes = Number(request.headers.get("cf-r2-metadata-size"));
    const { method, object } = JSON.parse(new TextDecoder().decode(body.subarray(0, metadata_bytes)));
    if (method !== "put") return new Response(null);
    const kept = await FILES?.fetch(`http://files/${object}`, {
      method: "PUT",
      body: body.subarray(metadata_bytes),
    });
    if (kept && !kept.ok) return new Response(await kept.text(), { status: 500 });
    return answer({
      name: object,
      version: crypto.randomUUID(),
      size: body.length - metadata_bytes,
      etag: "00000000000000000000000000000000",
      uploaded: Date.now(),
      httpFields: {},
      customFields: [],
      checksums: {},
    });
  },
};

/** @param {object} metadata */
function answer(metadata) {
  const bytes = new TextEncoder().encode(JSON.stringify(metadata));
  return new Response(bytes, {
    headers: { "cf-r2-metadata-size": String(bytes.length), "Content-Type": "application/json" },
  });
}
