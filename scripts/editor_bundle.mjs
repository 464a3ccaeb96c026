// Makes static/js/vendor/prosemirror.min.js and its licences of the packages in package-lock.json.
// node scripts/editor_bundle.mjs [folder]: into another folder, to compare.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = process.argv[2] ?? join(root, "static/js/vendor");

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["scripts/editor_parts.mjs"],
  outfile: join(folder, "prosemirror.min.js"),
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "prosemirror",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const files = Object.keys(metafile.inputs).filter((file) => file.startsWith("node_modules/"));
const packages = new Set(files.map((file) => file.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)[0]));
const licences = [...packages].sort().map((each) => {
  const { name, version } = JSON.parse(readFileSync(join(root, each, "package.json")));
  const file = readdirSync(join(root, each)).find((other) => /^licen[cs]e/i.test(other));
  if (!file || !existsSync(join(root, each, file))) throw new Error(`${name} has no licence`);
  const text = readFileSync(join(root, each, file), "utf8")
    .replaceAll("\r", "")
    .trim();
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync(join(folder, "LICENCES-prosemirror.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
