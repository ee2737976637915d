import store from "./store"; //~ P0108

store.get("k");
