// Makes one file of dynamodb.mjs and dynalite, when pluto is built.
//
//   node bundle.mjs <node_modules> <output>
//
// Two things keep dynalite from being bundled as it is, and are put right here: it finds its operations by
// names without an extension, and its store finds a native part by looking through folders.
import { readFile } from "node:fs/promises";
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

await build({
  entryPoints: [path.join(here, "dynamodb.mjs")],
  outfile,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  minify: true,
  legalComments: "linked",
  nodePaths: [modules],
  alias: { "node-gyp-build": path.join(here, "native.cjs") },
  plugins: [operations],
  logLevel: "warning",
});
