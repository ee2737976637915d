// The kinds that handlers call nothing of: Router, Schedule, Website, ReactApp, Tester. Their infrastructure calls
// did their work when the program was compiled; here they remember handlers.

import { Resource } from './resource.mjs';

export class Router extends Resource {
  constructor(name, options) {
    super('Router', name);
  }
  get(path, fn) {
    Resource.handler(this, 'get', path, fn);
  }
  post(path, fn) {
    Resource.handler(this, 'post', path, fn);
  }
  put(path, fn) {
    Resource.handler(this, 'put', path, fn);
  }
  delete(path, fn) {
    Resource.handler(this, 'delete', path, fn);
  }
  patch(path, fn) {
    Resource.handler(this, 'patch', path, fn);
  }
  head(path, fn) {
    Resource.handler(this, 'head', path, fn);
  }
  all(path, fn) {
    Resource.handler(this, 'all', path, fn);
  }
  url() {
    return Resource.late(this, 'url');
  }
}

export class Schedule extends Resource {
  constructor(name) {
    super('Schedule', name);
  }
  async cron(expression, fn) {
    Resource.handler(this, 'cron', expression, fn);
  }
}

export class Tester extends Resource {
  constructor(name) {
    super('Tester', name);
  }
  it(description, fn) {
    Resource.handler(this, 'it', description, fn);
  }
}

class Site extends Resource {
  addEnv() {}
  url() {
    return Resource.late(this, 'url');
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
