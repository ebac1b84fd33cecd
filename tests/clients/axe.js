// Looks at a page as axe-core does: the rules of WCAG 2.2 A and AA that a program can hold it against.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/**
 * What is wrong with a page, in lines for people; and how many rules were tried. What axe could not decide about contrasts
 * counts as wrong too.
 */
export async function audit(page, what) {
  // By the browser's own tools: the page's policy lets no foreign script in, and is right to.
  await page.evaluate(source);
  const found = await page.evaluate(async (tags) => {
    const told = await axe.run(document, { runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } } });
    const short = (rule) => ({ id: rule.id, help: rule.help, nodes: rule.nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary ?? ""})`) });
    return {
      tried: told.passes.length + told.violations.length,
      targets: told.passes.some((rule) => rule.id === "target-size"),
      wrong: [...told.violations, ...told.incomplete.filter((rule) => rule.id === "color-contrast")].map(short),
    };
  }, TAGS);
  const troubles = found.wrong.map((rule) => `${what}: ${rule.id}: ${rule.help}: ${rule.nodes.slice(0, 3).join(" | ")}`);
  return { troubles, tried: found.tried, targets: found.targets };
}
