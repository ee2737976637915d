// A program's slices as bundles: for each function one of what it needs and one of everything.
//
// In: slices as `pluto graph --format slices` writes them. Out: one file a bundle, and which packages and modules
// each carries. Packages are stand-ins (standin.mjs): what matters is which are asked for, and with what.
import * as esbuild from "esbuild";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const CLIENT = path.resolve(HERE, "..", "..", "runtime", "client");
const LOADERS = { ".ts": "ts", ".mts": "ts", ".cts": "ts", ".tsx": "tsx", ".json": "json" };
const BUILT_IN = /^(node:|(assert|buffer|crypto|events|fs|http|https|os|path|stream|timers|url|util|zlib)(\/|$))/;

// Variables that are only checked are there while the program loads (runtime/README.md).
const entryOf = (slice, slot) => `
    import "checked:${slot}";
    import "program";
    import { lookup } from "client:${slot}";
    export const handler = lookup(${JSON.stringify(slice.key)});`;

function servePackages(build, carried) {
    build.onLoad({ filter: /.*/, namespace: "package" }, (args) => ({
        contents: `module.exports = globalThis.standIn(${JSON.stringify(args.path.split("?")[0])});`,
        loader: "js",
    }));
    return (name, slot) => {
        carried.get(slot).add(name);
        return { path: `${name}?${slot}`, namespace: "package" };
    };
}

function plugin(slices, client, name, carried, optionsOf) {
    return {
        name: "slices",
        setup(build) {
            const packageAt = servePackages(build, carried);
            const moduleAt = (slot, file) => {
                if (file !== slices[slot].modules[0].path) carried.get(slot).add(file);
                return { path: `${file}?${slot}`, namespace: "program", sideEffects: true };
            };
            // One file for all; with a query of its own, Node.js loads it anew for each bundle.
            const clientAt = (slot) => ({ path: `${client}?${name}-${slot}`, external: true });
            build.onResolve({ filter: /^client:/ }, (args) => clientAt(args.path.slice(7)));
            build.onResolve({ filter: /^checked:/ }, (args) => ({ path: args.path.slice(8), namespace: "checked" }));
            build.onLoad({ filter: /.*/, namespace: "checked" }, (args) => ({
                contents: `globalThis.checked(${JSON.stringify(slices[Number(args.path)].environment ?? [])});`,
                loader: "js",
            }));
            build.onResolve({ filter: /^entry:/ }, ({ path: at }) => ({ path: at.slice(6), namespace: "entry" }));
            build.onResolve({ filter: /^program$/, namespace: "entry" }, (args) => {
                const slot = Number(args.importer);
                return moduleAt(slot, slices[slot].modules[0].path);
            });
            build.onLoad({ filter: /.*/, namespace: "entry" }, (args) => ({
                contents: entryOf(slices[Number(args.path)], args.path),
                loader: "js",
                resolveDir: HERE,
            }));
            build.onResolve({ filter: /.*/, namespace: "program" }, (args) => {
                const [file, slot] = args.importer.split("?");
                const from = slices[slot].modules.find((one) => one.path === file);
                const target = from.imports[args.path];
                if (target !== undefined) return moduleAt(Number(slot), target);
                if (/^@plutolang\/pluto|^@pluto\//.test(args.path)) return clientAt(slot);
                if (BUILT_IN.test(args.path)) return { path: args.path, external: true };
                return packageAt(args.path, Number(slot));
            });
            build.onLoad({ filter: /.*/, namespace: "program" }, (args) => {
                const [file, slot] = args.path.split("?");
                const module = slices[slot].modules.find((one) => one.path === file);
                const loader = LOADERS[path.extname(file)] ?? "jsx";
                const own = loader === "json" ? undefined : optionsOf(file);
                if (!own) return { contents: module.text, loader };
                const how = { loader, tsconfigRaw: { compilerOptions: own }, supported: { decorators: false } };
                return { contents: esbuild.transformSync(module.text, how).code, loader: "js" };
            });
        },
    };
}

// The client library in one file, in which what goes to AWS is written down instead.
export async function bundleClient(file) {
    const aws = {
        name: "aws",
        setup(build) {
            build.onLoad({ filter: /[\\/]aws\.mjs$/ }, () => ({
                contents: "export const request = (ask) => globalThis.askAws(ask);",
                loader: "js",
            }));
        },
    };
    const contents = 'export * from "./index.mjs"; export { lookup } from "./registry.mjs";';
    await esbuild.build({
        stdin: { contents, resolveDir: CLIENT, loader: "js" },
        outfile: file,
        bundle: true,
        format: "esm",
        platform: "node",
        logLevel: "silent",
        plugins: [aws],
    });
    return file;
}

// Gives, for each slice, { file, carries }: `carries` are the packages and modules in it, sorted.
// `options` are compiler options; `optionsOf` gives those of a module by its path, where it has its own.
export async function bundleAll(slices, folder, client, options = {}, optionsOf = () => undefined) {
    const carried = new Map(slices.map((_, slot) => [slot, new Set()]));
    await esbuild.build({
        entryPoints: Object.fromEntries(slices.map((_, slot) => [`${slot}`, `entry:${slot}`])),
        outdir: folder,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        format: "esm",
        platform: "node",
        target: "node22",
        write: true,
        logLevel: "silent",
        supported: { decorators: false },
        tsconfigRaw: { compilerOptions: options },
        plugins: [plugin(slices, client, path.basename(folder), carried, (file) => {
            const own = optionsOf(file);
            return own && { ...options, ...own };
        })],
    });
    return slices.map((_, slot) => ({
        file: path.join(folder, `${slot}.mjs`),
        carries: [...carried.get(slot)].sort(),
    }));
}
