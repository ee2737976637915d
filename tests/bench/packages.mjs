// Packages beside plain esbuild: the same two functions with the same LangChain, in turns.
//
// esbuild gets what pluto's slices leave of the program, as files, and both entries in one run, with the
// options that pluto gives it; it is started as the program that it is, without Node.js. It makes no
// archives and looks at no record.
import fs from "node:fs";
import path from "node:path";

export function packageCommands(pluto, repo, build, run) {
    const root = path.join(build, "packages");
    const lib = path.join(path.dirname(pluto), "lib", "pluto");
    fs.rmSync(root, { recursive: true, force: true });
    fs.cpSync(path.join(repo, "examples", "llama2-chat", "src"), path.join(root, "src"), { recursive: true });
    fs.symlinkSync(path.join(repo, "tests/start/llama2-chat/node_modules"), path.join(root, "node_modules"));
    fs.writeFileSync(path.join(root, "package.json"), '{ "name": "packages" }\n');
    const slices = JSON.parse(run(pluto, ["graph", root, "--format", "slices"]));
    const entries = slices.map(({ function: id, key, modules }) => {
        const folder = path.join(root, "slices", id.replace("/", "-"));
        for (const module of modules) {
            fs.mkdirSync(path.dirname(path.join(folder, module.path)), { recursive: true });
            fs.writeFileSync(path.join(folder, module.path), module.text);
        }
        const entry = path.join(folder, "entry.mjs");
        const handler = `lambdaHandler(${JSON.stringify(key)}, { id: ${JSON.stringify(id)}, raw: false })`;
        fs.writeFileSync(entry, `import "./${modules[0].path}";\nimport { lambdaHandler } from "@plutolang/pluto/lambda";\nexport const handler = ${handler};\n`);
        return entry;
    });
    const out = path.join(root, "out");
    const whole = ["build", root, "--out", out, "--quiet"];
    const options = ["--bundle", "--platform=node", "--format=esm", "--target=node24", "--minify", "--keep-names",
        "--sourcemap", "--sources-content=false", `--metafile=${root}/meta.json`, "--log-level=error", `--outdir=${root}/esbuild`,
        "--out-extension:.js=.mjs", `--alias:@plutolang/pluto=${lib}/runtime/client/index.mjs`,
        `--alias:@plutolang/pluto/lambda=${lib}/runtime/client/lambda.mjs`];
    return [
        { name: "pluto build, nothing made before", command: ["sh", "-c", 'rm -rf "$0" && exec "$@"', out, pluto, ...whole] },
        { name: "pluto build, nothing changed", command: [pluto, ...whole.map((word) => (word === out ? `${out}-kept` : word))] },
        { name: "esbuild alone, both bundles", command: [path.join(lib, "esbuild/bin/esbuild"), ...entries, ...options] },
    ];
}

export function packageTable(rows) {
    const floor = rows.at(-1).wall;
    return [
        "| command | wall, ms | least – most | of esbuild |",
        "| --- | ---: | ---: | ---: |",
        ...rows.map(({ name, wall, least, most }) => {
            const ms = (n) => n.toFixed(1);
            return `| ${name} | ${ms(wall)} | ${ms(least)} – ${ms(most)} | ${(wall / floor).toFixed(2)} |`;
        }),
    ];
}
