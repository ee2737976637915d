import { KVStore } from "@plutolang/pluto";

new KVStore("plain");
new KVStore("kept", { deletionProtection: true });
new KVStore("short-lived", { pointInTimeRecovery: false, ttlAttribute: "expires_at" });
