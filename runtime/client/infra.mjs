// The kinds that handlers call nothing of: Router, Schedule, Website, ReactApp, Tester. Their infrastructure calls
// did their work when the program was compiled; here they remember handlers.

import { Resource, handle, late } from './resource.mjs';

export class Router extends Resource {
  constructor(name, options) {
    super('Router', name);
  }
  get(path, fn) {
    handle(this, 'get', path, fn);
  }
  post(path, fn) {
    handle(this, 'post', path, fn);
  }
  put(path, fn) {
    handle(this, 'put', path, fn);
  }
  delete(path, fn) {
    handle(this, 'delete', path, fn);
  }
  patch(path, fn) {
    handle(this, 'patch', path, fn);
  }
  head(path, fn) {
    handle(this, 'head', path, fn);
  }
  all(path, fn) {
    handle(this, 'all', path, fn);
  }
  url() {
    return late(this, 'url');
  }
}

export class Schedule extends Resource {
  constructor(name) {
    super('Schedule', name);
  }
  async cron(expression, fn) {
    handle(this, 'cron', expression, fn);
  }
}

export class Tester extends Resource {
  constructor(name) {
    super('Tester', name);
  }
  it(description, fn) {
    handle(this, 'it', description, fn);
  }
}

class Site extends Resource {
  addEnv() {}
  url() {
    return late(this, 'url');
  }
}

export class Website extends Site {
  constructor(path, name = 'default') {
    super('Website', name);
  }
}

export class ReactApp extends Site {
  constructor(path, name = 'default') {
    super('ReactApp', name);
  }
}
