import { Function, KVStore } from "@plutolang/pluto";

// The same code makes the functions of every tenant; none may reach another tenant's data, whatever the
// handler makes on its way there.
class Tenant {
  readonly store: KVStore;
  constructor(readonly id: string) {
    this.store = new KVStore(id);
  }
  get read() {
    return this.store.get.bind(this.store);
  }
  parts() {
    return { store: this.store };
  }
  all() {
    return [this.store];
  }
  byName() {
    return new Map([["store", this.store]]);
  }
}

function serve(tenant: Tenant) {
  new Function(async (key: string) => tenant.read(key), `${tenant.id}-bound`);
  new Function(async (key: string) => tenant.parts().store.get(key), `${tenant.id}-object`);
  new Function(async (key: string) => Promise.all(tenant.all().map((s) => s.get(key))), `${tenant.id}-array`);
  new Function(async (key: string) => tenant.byName().get("store")?.get(key), `${tenant.id}-map`);
  new Function(async (key: string) => (await Promise.resolve(tenant.store)).get(key), `${tenant.id}-promise`);
}

serve(new Tenant("acme"));
serve(new Tenant("umbrella"));
