// A stand-in for R2 in the bench, speaking the part of the binding's protocol that a sink needs: a put
// swallows its body and answers an object's metadata, whatever is read does not exist (10007), a list is
// empty. It stores nothing, so figures hold none of R2's own cost.
// The protocol: metadata as JSON in the header `cf-r2-request` (reads) or as the first
// `cf-r2-metadata-size` bytes of the body (writes).
const NO_SUCH_KEY = JSON.stringify({
  message: "The specified key does not exist.",
  version: 1,
  v4code: 10007,
});

export default {
  /** @param {Request} request */
  async fetch(request) {
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
