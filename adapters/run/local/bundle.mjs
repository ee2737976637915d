// Makes one file of dynamodb.mjs and dynalite, when pluto is built.
//
//   node bundle.mjs <node_modules> <output>
//
// Beside the output goes LICENSES, with those of all packages in it.
//
// Two things keep dynalite from being bundled as it is, and are put right here: it finds its operations by
// names without an extension, and its store finds a native part by looking through folders.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import path from "node:path";

const [modules, outfile] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const { build } = createRequire(path.resolve(modules, "esbuild", "package.json"))("esbuild");

const operations = {
  name: "operations",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dynalite[\\/]index\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, "utf8");
      const contents = text.replace(/(require\('\.\/(?:actions|validations)\/' \+ action)\)/g, "$1 + '.js')");
      if (contents.split(" + '.js')").length !== 3) throw new Error("this dynalite finds its operations otherwise");
      return { contents, loader: "js" };
    });
  },
};

const { metafile } = await build({
  entryPoints: [path.join(here, "dynamodb.mjs")],
  outfile,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  minify: true,
  legalComments: "none",
  metafile: true,
  nodePaths: [modules],
  alias: { "node-gyp-build": path.join(here, "native.cjs") },
  plugins: [operations],
  logLevel: "warning",
});

const names = Object.keys(metafile.inputs).map((file) => /.*node_modules[\\/]([^@\\/]+|@[^\\/]+[\\/][^\\/]+)/.exec(file)?.[1]);
const licenses = [];
for (const name of [...new Set(names.filter(Boolean))].sort()) {
  const folder = path.join(modules, name);
  const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((f) => /^licen[cs]e/i.test(f));
  licenses.push(`==== ${name} ${version}: ${license?.type ?? license}\n\n${file ? await readFile(path.join(folder, file), "utf8") : ""}`);
}
await writeFile(path.join(path.dirname(outfile), "LICENSES"), licenses.join("\n"));
