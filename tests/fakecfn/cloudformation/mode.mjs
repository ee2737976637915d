// Express mode: what a DeploymentConfig means, and what a stack that it left behind still takes.
//
// A resource is complete when its configuration was applied; what comes up afterwards comes up by itself. Rollback is
// disabled unless DisableRollback says false. A stack that failed so can only be deployed again so.

import { validation } from '../wire/errors.mjs';

export const SAID = 'Resource operation completed using Express Mode. It may continue becoming available in the background.';

// {express, disableRollback: true, false, or undefined where the request's own says it}.
export function modeOf(config) {
    if (config === undefined) return { express: false };
    const express = config.Mode === 'EXPRESS';
    return { express, disableRollback: config.DisableRollback ?? express, config };
}

export function requireMode(stack, config) {
    if (!stack.leftByExpress) return;
    if (config?.Mode !== 'EXPRESS')
        throw validation(
            `This stack is in a ${stack.status} state from a previous operation that used EXPRESS deployment mode with disable-rollback. Follow-up operations must use the same DeploymentConfig (mode=EXPRESS) until the stack reaches a *_COMPLETE state.`,
        );
    if (config.DisableRollback === false)
        throw validation(
            `This stack is currently in a non-terminal [${stack.status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
        );
}
