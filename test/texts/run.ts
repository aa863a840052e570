// `npm run texts`: every text of the collections through every field that takes text, operations side by side. Exit code 1
// where one is changed, fails the service, or is refused without a pointer.
import { runTool } from "../../scripts/command-line.ts";
import { COLLECTED, OWN } from "./collections.ts";
import { FIELDS, nameOf, Texts } from "./texts.ts";

const HELP = `npm run texts

Sends every text of the collections through every field that takes text, and reads it back. Takes hours.

  --help   show this

Exit code 1: one was changed, failed the service, or was refused without a pointer. 2: wrong options.`;

await runTool({ help: HELP, options: {}, run });

async function run(): Promise<number> {
  const all = [...OWN, ...COLLECTED];
  console.log(`${all.length} texts through each of ${FIELDS.length} fields.`);
  const texts = await Texts.start();
  let wrong = 0;
  let done = 0;
  try {
    await Promise.all(
      Object.values(Object.groupBy(FIELDS, ({ operation }) => operation)).map(async (fields) => {
        for (const field of fields) {
          const complaints = await texts.complaints(all.map((text) => [field, text] as const));
          for (const complaint of complaints) console.log(`✗ ${complaint}`);
          wrong += complaints.length;
          done += 1;
          console.log(`${done}. ${nameOf(field)}: ${complaints.length} complaints`);
        }
      }),
    );
  } finally {
    await texts.stop();
  }
  return wrong === 0 ? 0 : 1;
}
