// Lists come in pages: this walks through them with the largest page that the server gives.
interface PageQuery {
  readonly limit: string;
  readonly cursor?: string;
}

const LIMIT = "200";

/** Every page of a list, in the server's order. */
export async function* pages<Body extends { readonly next_cursor: string | null }>(
  read: (query: PageQuery) => Promise<{ readonly body: Body }>,
): AsyncGenerator<Body> {
  for (let query: PageQuery | null = { limit: LIMIT }; query; ) {
    const body: Body = (await read(query)).body;
    yield body;
    query = body.next_cursor === null ? null : { limit: LIMIT, cursor: body.next_cursor };
  }
}
