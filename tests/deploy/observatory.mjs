/* The grade that Mozilla's HTTP Observatory gives to a site, as JSON: node observatory.mjs host */

import { createRequire } from "node:module";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

// The list of hosts that browsers know to have https is left out: this one cannot be on it.
const observatory = dirname(
  createRequire(import.meta.url).resolve("@mdn/mdn-http-observatory/package.json"),
);
const list = join(observatory, "conf", "hsts-preload.json");
if (!existsSync(list)) writeFileSync(list, "{}");

const { scan } = await import(join(observatory, "src", "scanner", "index.js"));
const found = await scan(process.argv[2]);
const tests = Object.entries(found.tests).map(([name, test]) => [
  name,
  { pass: test.pass, result: test.result, points: test.scoreModifier },
]);
console.log(JSON.stringify({ ...found.scan, tests: Object.fromEntries(tests) }));
process.exit(0);
