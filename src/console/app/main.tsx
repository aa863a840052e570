// The console's entry: follows the address, asks who is here, and shows what fits.
import { render } from "preact";
import { findSession } from "./connection/session.ts";
import { followAddress } from "./place.ts";
import { App } from "./shell/app.tsx";
import { applyTheme } from "./shell/theme.ts";

applyTheme();
followAddress();
const session = findSession();
render(<App session={session} />, document.getElementById("app")!);
