// What the views of a project share: the project, and the address of a task in the view that is shown.
import { place } from "../place.ts";
import { hrefOf } from "../route.ts";
import type { OpenProject } from "./open-project.ts";

export interface ViewProps {
  readonly open: OpenProject;
}

export function taskHref(id: string): string {
  const route = place.value;
  return route.name === "project" ? hrefOf({ ...route, task: id }) : "#/";
}
