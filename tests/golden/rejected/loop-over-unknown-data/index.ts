import { KVStore } from "@plutolang/pluto";
import { listTenants } from "tenants";

listTenants().forEach((tenant: string) => new KVStore(tenant)); //~ P0210
