// What each feature asks of a model, beside the rules that hold for all, and how much it may write.
import type { AiFeature } from "../../schema/ai-usage.ts";

interface FeatureTemplate {
  readonly task: string;
  readonly output_tokens_max: number;
}

export const FEATURE_TEMPLATES: Readonly<Record<AiFeature, FeatureTemplate>> = {
  breakdown: {
    task: `Break the project down into phases in the order in which they come, and tasks that one person can finish within a week.
Give every task a ref of its own (t1, t2 and so on), a title that begins with a verb, the phase that it belongs to, and depends_on with the refs of tasks that must be done before it; never in a circle, and never of a later phase.
Estimate each in working hours: optimistic at most likely, likely at most pessimistic, pessimistic more than 0. Name only skills of the list in the data.
Eight to forty tasks are right for most projects.`,
    output_tokens_max: 16_384,
  },
  assignees: {
    task: `The data hold a task and a table of workers with their skills, load and points; score is null for those who do not fit.
Rank at most five of those who fit, the best first, and give each a reason of one sentence from the table. Where points differ much, keep their order.`,
    output_tokens_max: 2_048,
  },
  complexity: {
    task: `The data hold figures that were computed from the open tasks of a project.
Say which risk factors and which recommendations follow from them and are not in the data yet, one sentence each, five at most of either. Give no figures of your own.`,
    output_tokens_max: 2_048,
  },
  risks: {
    task: `The data hold the open tasks of a project and the risks that rules have found.
Name up to five further risks that the titles and skills suggest: a title, probability and impact from 1 to 5, the trigger that would show it, a mitigation, and the ids of the tasks that it touches.`,
    output_tokens_max: 4_096,
  },
};
