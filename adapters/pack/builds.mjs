// Builds of esbuild that stay: what it has read and parsed is there when it is asked again.
//
// In: functions, and the plugin that says what they are made of. Out: what esbuild made, and its
// metafile. Invariant: a slot is an entry point that one function has for good; in a request that
// does not concern it, it is empty and costs nothing.
import path from "node:path";
import { tsconfigOf } from "./tsconfig.mjs";

// CommonJS in the bundle may ask for `require`, which ES modules do not have.
const BANNER =
  'import{createRequire as __pluto_require}from"node:module";' +
  "globalThis.require??=__pluto_require(import.meta.url);";

export function targetOf(runtime) {
  const version = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  return version ? `node${version}` : "node22";
}

export class Build {
  slots = [];
  lenient = new Set(); // what packages ask for at run time and is not there
  #context;

  constructor(esbuild, base, plugin) {
    Object.assign(this, base); // root, client, minify, maps, stays, staging, target, tsconfig
    this.outdir = this.staging ? path.join(this.staging, this.target) : path.join(this.root, ".pluto-out");
    this.esbuild = esbuild;
    this.plugin = plugin;
  }

  #options() {
    return {
      absWorkingDir: this.root,
      entryPoints: this.slots.map((_, slot) => ({ in: `pluto:${slot}`, out: `${slot}/index` })),
      outdir: this.outdir,
      write: Boolean(this.staging), // otherwise the folder is but a name
      bundle: true,
      platform: "node",
      format: "esm",
      target: this.target,
      outExtension: { ".js": ".mjs" },
      minify: this.minify,
      keepNames: true, // constructor.name, and stack traces that say something
      sourcemap: this.maps && "linked",
      sourcesContent: false,
      metafile: true,
      logLevel: "silent",
      charset: "utf8",
      define: {
        __dirname: "import.meta.dirname",
        __filename: "import.meta.filename",
        __pluto_here: "import.meta.url",
      },
      banner: { js: BANNER },
      tsconfigRaw: { compilerOptions: this.tsconfig.options },
      plugins: [this.plugin(this)],
    };
  }

  async #drop() {
    await this.#context?.dispose();
    this.#context = undefined;
  }

  async #prepare(works) {
    for (const slot of this.slots) slot.work = undefined;
    for (const work of works) {
      let slot = this.slots.find(({ name }) => name === work.name);
      if (!slot) {
        slot = { name: work.name };
        this.slots.push(slot);
        await this.#drop();
      }
      slot.work = work;
    }
  }

  async #attempt() {
    this.#context ??= await this.esbuild.context(this.#options());
    try {
      return await this.#context.rebuild();
    } catch (error) {
      if (!error.errors) throw error;
      return { errors: error.errors };
    }
  }

  // What a package asks for while it runs, and is not there, is left to that moment, as Node.js
  // does: many packages have parts for which others must be installed.
  async run(works, messages) {
    this.messages = messages;
    await this.#prepare(works);
    const first = await this.#attempt();
    const missing = messages.missingInPackages(first.errors);
    const optional = missing.filter((specifier) => !this.lenient.has(specifier));
    if (!optional.length) return first;
    for (const specifier of optional) this.lenient.add(specifier);
    await this.#drop();
    return this.#attempt();
  }

  // Of each function that is in the last result: its outputs, by their names' ends. Those that esbuild has
  // written have no contents here.
  *outputs(result) {
    const contents = new Map(
      result.outputFiles?.map((file) => [path.relative(this.root, file.path), file.contents]),
    );
    const outdir = path.relative(this.root, this.outdir);
    for (const [slot, { work }] of this.slots.entries()) {
      const stem = `${outdir}/${slot}/index.mjs`;
      if (!work) continue;
      const output = result.metafile.outputs[stem];
      yield { work, slot, stem, output, code: contents.get(stem), map: contents.get(`${stem}.map`) };
    }
  }
}

// Those that there are, by all that an esbuild context is fixed to.
export class Builds {
  #all = new Map();

  constructor(esbuild, client) {
    this.esbuild = esbuild;
    this.client = client; // the folder of the client library
  }

  of(kind, plugin, request, target, { maps = request.maps, stays = false } = {}) {
    const { root, entry, minify, staging } = request;
    const tsconfig = tsconfigOf(path.join(root, path.dirname(entry)));
    const key = JSON.stringify([kind, root, minify, maps, staging, target, tsconfig.options]);
    const { client } = this;
    let build = this.#all.get(key);
    if (!build) {
      const base = { root, client, minify, maps, stays, staging, target, tsconfig };
      build = new Build(this.esbuild, base, plugin);
      this.#all.set(key, build);
    }
    build.tsconfig = tsconfig;
    return build;
  }
}
