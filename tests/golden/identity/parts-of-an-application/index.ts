import { Function, KVStore } from "@plutolang/pluto";
import express from "express";
import serverless from "serverless-http";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

const users = new KVStore("users");
const orders = new KVStore("orders");

// What a part of an application is given, the application has.
const app = express();
const v1 = express.Router();
v1.route("/users/:id")
  .get(async (req, res) => res.json(await users.get(req.params.id)))
  .delete(async (req, res) => res.json(await users.delete(req.params.id)));
app.use("/v1", v1);
const all = app.route("/orders");
all.post(async (req, res) => res.json(await orders.set(req.body.id, "")));
new Function(serverless(app), { name: "express", raw: true });

class Shop extends Hono {}
const shop = new Shop();
shop.get("/orders/:id", async (c) => c.json(await orders.get(c.req.param("id"))));
shop.basePath("/v2").get("/users", async (c) => c.json(await users.get("all")));
new Function(handle(shop), { name: "hono", raw: true });
