// The part of the stylesheet that only the API reference needs: index, operations, tables of fields.

export const REFERENCE_STYLE = `
.reference { max-width: 100rem; margin: 0 auto; }
.reference main { min-width: 0; padding: 0 clamp(1.25rem, 4vw, 3rem); }
.index { position: sticky; top: 0; z-index: 1; display: flex; gap: 1.25rem; padding: 0 1.25rem; overflow-x: auto;
  border-bottom: 1px solid var(--line); background: var(--paper); font-size: 0.9375rem; white-space: nowrap;
  scrollbar-width: none; }
.index a { color: var(--soft); text-decoration: none; }
.index a:hover { color: var(--accent); }
.index p { flex: none; white-space: nowrap; }
.index p a { display: block; padding: 0.75rem 0; }
.index ul { display: none; }
html:has(.docs) { scroll-padding-top: 4.5rem; }

.overview { display: grid; gap: 2rem 3rem; padding: clamp(2.5rem, 5vw, 4rem) 0 1rem; }
.overview .about > * + * { margin-top: 1rem; }
.overview .about > p:not(.lede) { color: var(--soft); max-width: 40rem; }
.overview .example { align-self: end; min-width: 0; }
.conventions { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1.75rem 3rem;
  margin-top: 1rem; }
.conventions dt { font-weight: 600; }
.conventions dd { margin-top: 0.25rem; color: var(--soft); font-size: 0.9375rem; }

.group > header { padding: 5rem 0 0; }
.group > header p { margin-top: 0.5rem; color: var(--soft); max-width: 40rem; }
.operation { display: grid; gap: 2rem 3rem; padding: 3rem 0; border-bottom: 1px solid var(--line); }
.group > header + .operation { margin-top: 1.5rem; border-top: 1px solid var(--line); }
.group:last-child .operation:last-child { border-bottom: 0; }
.operation .about, .operation .example { min-width: 0; }
.operation h3 a { color: inherit; text-decoration: none; }
.operation h3 a:hover::after { content: " #"; color: var(--soft); font-weight: 400; }
.route { display: flex; gap: 0.75rem; align-items: baseline; margin-top: 0.6rem; font-size: 0.9375rem; }
.route var { color: var(--soft); }
.operation .summary { margin-top: 1rem; }
.operation .summary + p { margin-top: 0.5rem; color: var(--soft); }
.operation .about > p { max-width: 40rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 8.5rem), 1fr)); gap: 1rem;
  margin-top: 1.5rem; padding: 1rem 1.15rem; border-radius: 10px; background: var(--panel); font-size: 0.9375rem; }
.facts dt { color: var(--soft); font-size: 0.8125rem; }
.facts dd { overflow-wrap: anywhere; }
.operation h4, .fields caption { font-size: 0.8125rem; font-weight: 600; color: var(--soft); text-align: left; }
.operation h4 { margin: 2rem 0 0.65rem; }
.fields { width: 100%; margin-top: 2rem; border-collapse: collapse; font-size: 0.9375rem; }
.fields caption { padding-bottom: 0.5rem; }
.fields thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.fields tbody tr { border-top: 1px solid var(--line); }
.fields th, .fields td { display: block; padding: 0; text-align: left; vertical-align: baseline; font-weight: 400; }
.fields tbody th { padding-top: 0.75rem; }
.fields tbody td { padding-bottom: 0.75rem; }
.fields th code { font-weight: 600; overflow-wrap: anywhere; }
.required { margin-left: 0.6rem; color: var(--put); font-size: 0.75rem; font-weight: 550; }
.type { color: var(--ink); }
.rule { color: var(--soft); font-size: 0.875rem; }
.refusals { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.refusals a { display: block; padding: 0.1rem 0.6rem; border: 1px solid var(--line); border-radius: 99px;
  color: var(--soft); font: 0.75rem/1.7 var(--mono); text-decoration: none; }
.refusals a:hover { border-color: var(--accent); color: var(--accent); }
.refusals b { margin-right: 0.15rem; color: var(--ink); font-weight: 600; }
.operation .example > * + * { margin-top: 1rem; }
.empty { padding: 0.55rem 1rem; border: 1px dashed var(--line); border-radius: 10px; color: var(--soft);
  font-size: 0.8125rem; }
.empty b { color: var(--ink); font-weight: 600; }

@media (min-width: 45rem) {
  .fields tbody tr { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 1.5rem; }
  .fields tbody th, .fields tbody td { padding: 0.7rem 0; }
  .required { display: block; margin-left: 0; }
}
@media (min-width: 64rem) {
  html:has(.docs) { scroll-padding-top: 1.5rem; }
  .reference { display: grid; grid-template-columns: 16rem minmax(0, 1fr); }
  .index { display: block; align-self: start; height: 100vh; padding: 2rem 1.25rem 3rem 2rem; overflow: hidden auto;
    border: 0; border-right: 1px solid var(--line); scrollbar-width: thin; font-size: 0.875rem; }
  .index p a { padding: 0.2rem 0; color: var(--ink); font-weight: 600; }
  .index div { margin-top: 1.5rem; }
  .index ul { display: block; }
  .index li a { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: 0.2rem 0; }
  .index .method { font-size: 0.625rem; }
}
@media (min-width: 80rem) {
  .overview, .operation { grid-template-columns: minmax(0, 1fr) minmax(0, 29rem); }
  .conventions { grid-column: 1 / -1; }
  .operation .example { position: sticky; top: 1.5rem; align-self: start; }
}
`;
