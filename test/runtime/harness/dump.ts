// Everything that is stored anywhere, to look for what must not be.
import { utf8 } from "../../../src/protocol/base64url.ts";
import { allOf, inside, KINDS, tablesOf } from "./objects.ts";
import { env } from "./worker.ts";

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Each value as hex: of text its UTF-8, of a blob its bytes. */
export const hexOf = (value: unknown): string =>
  hex(value instanceof ArrayBuffer ? new Uint8Array(value) : utf8(String(value)));

/** Everything that any object stores, and R2, as `kind/table/column: hex`. */
export async function storedValues(): Promise<{ where: string; hex: string }[]> {
  const values: { where: string; hex: string }[] = [];
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) {
      for (const table of await tablesOf(stub)) {
        const rows = await inside(stub, (_, { storage }) =>
          storage.sql.exec(`SELECT * FROM "${table}"`).toArray(),
        );
        for (const row of rows) {
          for (const [column, value] of Object.entries(row)) {
            values.push({ where: `${kind}/${table}/${column}`, hex: hexOf(value) });
          }
        }
      }
    }
  }
  const { objects } = await env.AUDIT_BUCKET.list();
  for (const { key } of objects) {
    const body = await (await env.AUDIT_BUCKET.get(key))!.text();
    values.push({ where: `R2/${key}`, hex: hexOf(body) });
  }
  return values;
}
