// The operations that change stacks, and the table of them all.
//
// handle(fake, call): reads the form strictly, runs the operation, answers in the Query protocol.

import { accessDenied, AwsError, misuse, validation } from '../wire/errors.mjs';
import { form, read } from '../wire/query.mjs';
import { queryReply } from '../wire/reply.mjs';
import {
    createChangeSet,
    deleteChangeSet,
    describeChangeSet,
    executeChangeSet,
    listChangeSets,
} from './changesets.mjs';
import { canonical, computeChanges } from './changes.mjs';
import { continueRollback, createStack, deleteStack, rollBackPaused, updateStack } from './deploy.mjs';
import * as describe from './describe.mjs';
import * as drift from './drift.mjs';
import { modeOf, requireMode } from './mode.mjs';
import { nextOf, readUrl } from './next.mjs';
import { readPolicy } from './policy.mjs';
import { SHAPES } from './shapes.mjs';
import { findStack, mustFind, PAUSED, Stack, UPDATABLE } from './stack.mjs';

const background = (fake, promise) => promise.catch((error) => fake.bugs.push(error));
const caller = (request, { identity }) => ({ token: request.ClientRequestToken, identity });
const withId = (name) => `Stack with id ${name} does not exist`;

function policyText(fake, region, body, url) {
    if (body !== undefined && url !== undefined)
        throw validation('You cannot specify both StackPolicyURL and StackPolicyBody');
    if (body === undefined && url === undefined) return undefined;
    return readPolicy(body ?? readUrl(fake, region, url));
}

function createStackCall(fake, region, request, call) {
    const known = findStack(region, request.StackName);
    const what = `CreateStack ${canonical(request)}`;
    if (known && known.status !== 'REVIEW_IN_PROGRESS') {
        if (request.ClientRequestToken && known.tokens.get(request.ClientRequestToken) === what)
            return { StackId: known.id };
        throw new AwsError('AlreadyExistsException', `Stack [${request.StackName}] already exists`);
    }
    if (request.DisableRollback !== undefined && request.OnFailure !== undefined)
        throw validation('Either DisableRollback or OnFailure can be specified, not both.');
    const next = nextOf(fake, region, known, request);
    const stack = known ?? new Stack(fake, region, request.StackName);
    for (const set of stack.changeSets.values()) set.executionStatus = 'OBSOLETE';
    stack.useToken(request.ClientRequestToken, what);
    stack.terminationProtection = request.EnableTerminationProtection ?? false;
    stack.policy = policyText(fake, region, request.StackPolicyBody, request.StackPolicyURL);
    const mode = modeOf(request.DeploymentConfig);
    const onFailure = request.OnFailure ?? ((mode.disableRollback ?? request.DisableRollback) ? 'DO_NOTHING' : 'ROLLBACK');
    background(fake, createStack(stack, next, { by: caller(request, call), onFailure, mode }));
    return { StackId: stack.id, OperationId: stack.running?.id };
}

function updateStackCall(fake, region, request, call) {
    const stack = mustFind(region, request.StackName, `Stack [${request.StackName}] does not exist`);
    if (stack.useToken(request.ClientRequestToken, `UpdateStack ${canonical(request)}`)) return { StackId: stack.id };
    stack.requireState(new Set([...UPDATABLE, ...PAUSED]), 'updated');
    requireMode(stack, request.DeploymentConfig);
    const next = nextOf(fake, region, stack, request);
    if (
        !computeChanges(stack, next).length &&
        canonical(stack.template.outputs) === canonical(next.template.outputs) &&
        canonical(stack.tags) === canonical(next.tags)
    ) {
        throw validation('No updates are to be performed.');
    }
    const during = policyText(fake, region, request.StackPolicyDuringUpdateBody, request.StackPolicyDuringUpdateURL);
    stack.policy = policyText(fake, region, request.StackPolicyBody, request.StackPolicyURL) ?? stack.policy;
    for (const set of stack.changeSets.values()) set.executionStatus = 'OBSOLETE';
    const mode = modeOf(request.DeploymentConfig);
    background(
        fake,
        updateStack(stack, next, {
            by: caller(request, call),
            disableRollback: mode.disableRollback ?? request.DisableRollback,
            policy: during,
            mode,
        }),
    );
    return { StackId: stack.id, OperationId: stack.running?.id };
}

// A stack that isn't there is deleted already: 200.
function deleteStackCall(fake, region, request, call) {
    const stack = findStack(region, request.StackName);
    if (!stack || stack.gone) return {};
    if (stack.useToken(request.ClientRequestToken, `DeleteStack ${canonical(request)}`)) return {};
    const refuse = (text) => {
        stack.tokens.delete(request.ClientRequestToken);
        throw validation(text);
    };
    if (stack.terminationProtection)
        refuse(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
    const retain = request.RetainResources ?? [];
    if (retain.length && stack.status !== 'DELETE_FAILED')
        refuse(
            `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
        );
    const strange = retain.filter((id) => stack.resources.get(id)?.status !== 'DELETE_FAILED');
    if (strange.length)
        refuse(
            `The specified resources to retain must be in a valid state. The following resources are not: [${strange.join(', ')}]`,
        );
    if (request.DeletionMode === 'FORCE_DELETE_STACK' && stack.status !== 'DELETE_FAILED')
        refuse(
            `Invalid operation on stack [${stack.id}]. FORCE_DELETE_STACK is only allowed when the stack is in the DELETE_FAILED state.`,
        );
    if (/^(DELETE_IN_PROGRESS|UPDATE_.*IN_PROGRESS|ROLLBACK_IN_PROGRESS)$/.test(stack.status)) {
        if (stack.status === 'DELETE_IN_PROGRESS') return {};
        refuse(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
    }
    background(
        fake,
        deleteStack(stack, {
            by: caller(request, call),
            retain,
            force: request.DeletionMode === 'FORCE_DELETE_STACK',
            mode: modeOf(request.DeploymentConfig),
        }),
    );
    return {};
}

function continueCall(fake, region, request, call) {
    const stack = mustFind(region, request.StackName, withId(request.StackName));
    if (stack.useToken(request.ClientRequestToken, `ContinueUpdateRollback ${canonical(request)}`)) return {};
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
        stack.tokens.delete(request.ClientRequestToken);
        throw validation(`Stack:${stack.id} is in ${stack.status} state and can not be continued.`);
    }
    const skip = request.ResourcesToSkip ?? [];
    const strange = skip.filter((id) => stack.resources.get(id)?.status !== 'UPDATE_FAILED');
    if (strange.length)
        throw validation(
            `Cannot skip resources [${strange.join(', ')}]: only resources in UPDATE_FAILED state can be skipped`,
        );
    background(fake, continueRollback(stack, { by: caller(request, call), skip }));
    return {};
}

function rollbackCall(fake, region, request, call) {
    const stack = mustFind(region, request.StackName, withId(request.StackName));
    if (stack.useToken(request.ClientRequestToken, `RollbackStack ${canonical(request)}`)) return { StackId: stack.id };
    if (!PAUSED.has(stack.status)) {
        stack.tokens.delete(request.ClientRequestToken);
        throw validation(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
    }
    if (stack.leftByExpress) {
        stack.tokens.delete(request.ClientRequestToken);
        throw validation(
            'RollbackStack is not supported for stacks that were last updated using EXPRESS deployment mode and are in a failed state',
        );
    }
    background(
        fake,
        rollBackPaused(stack, { by: caller(request, call), retainExceptOnCreate: request.RetainExceptOnCreate }),
    );
    return { StackId: stack.id, OperationId: stack.running?.id };
}

function cancelCall(fake, region, request) {
    const stack = mustFind(region, request.StackName, withId(request.StackName));
    if (stack.useToken(request.ClientRequestToken, `CancelUpdateStack ${canonical(request)}`)) return {};
    if (stack.status !== 'UPDATE_IN_PROGRESS') {
        stack.tokens.delete(request.ClientRequestToken);
        throw validation(`CancelUpdateStack cannot be called from current stack status`);
    }
    Object.assign(stack.running, { cancelled: true, byUser: true });
    stack.running.cancel();
    return {};
}

function protectionCall(fake, region, { StackName, EnableTerminationProtection }) {
    const stack = mustFind(region, StackName, `Stack [${StackName}] does not exist`);
    if (stack.parent) throw validation('Termination protection cannot be changed on a nested stack');
    stack.terminationProtection = EnableTerminationProtection;
    return { StackId: stack.id };
}

function setPolicyCall(fake, region, request) {
    const stack = mustFind(region, request.StackName, `Stack [${request.StackName}] does not exist`);
    stack.policy = policyText(fake, region, request.StackPolicyBody, request.StackPolicyURL);
    return {};
}

const TABLE = {
    CreateChangeSet: createChangeSet,
    DescribeChangeSet: describeChangeSet,
    ExecuteChangeSet: executeChangeSet,
    DeleteChangeSet: deleteChangeSet,
    ListChangeSets: listChangeSets,
    CreateStack: createStackCall,
    UpdateStack: updateStackCall,
    DeleteStack: deleteStackCall,
    ContinueUpdateRollback: continueCall,
    RollbackStack: rollbackCall,
    CancelUpdateStack: cancelCall,
    UpdateTerminationProtection: protectionCall,
    SetStackPolicy: setPolicyCall,
    GetStackPolicy: (fake, region, { StackName }) => ({
        StackPolicyBody: mustFind(region, StackName, withId(StackName)).policy,
    }),
    DescribeStacks: describe.describeStacks,
    ListStacks: describe.listStacks,
    DescribeStackEvents: describe.describeStackEvents,
    DescribeEvents: describe.describeEvents,
    DescribeStackResources: describe.describeStackResources,
    DescribeStackResource: describe.describeStackResource,
    ListStackResources: describe.listStackResources,
    GetTemplate: describe.getTemplate,
    GetTemplateSummary: describe.getTemplateSummary,
    ValidateTemplate: describe.validateTemplate,
    ListExports: describe.listExports,
    DetectStackDrift: drift.detectStackDrift,
    DescribeStackDriftDetectionStatus: drift.driftStatus,
    DescribeStackResourceDrifts: drift.resourceDrifts,
    ListHookResults: drift.listHookResults,
};

// What AWS does and the fake doesn't: refused, so that no test passes by it.
const ABSENT = {
    ResourceTypes: (v) => v.length,
    RollbackConfiguration: (v) => v.RollbackTriggers?.length || v.MonitoringTimeInMinutes,
    ImportExistingResources: Boolean,
    DeploymentMode: Boolean,
    ForceRollback: Boolean,
    TimeoutInMinutes: Boolean,
};

// The one says what the other says: CloudFormation takes one of them.
function refuseTwice(request) {
    if (request.DeploymentConfig === undefined) return;
    for (const name of ['DisableRollback', 'OnFailure', 'OnStackFailure'])
        if (request[name] !== undefined)
            throw validation(`You cannot specify both ${name} and DeploymentConfig.`);
}

function refuseAbsent(request) {
    for (const [name, used] of Object.entries(ABSENT)) {
        if (request[name] !== undefined && used(request[name])) throw misuse(`${name} is not kept here`);
    }
}

// A role for CloudFormation to act as: the caller has to be allowed to pass it.
function checkRole(fake, request, identity) {
    const role = request.RoleARN;
    if (role === undefined || !fake.limited) return;
    if (fake.permits('iam:PassRole', role, { 'iam:passedtoservice': 'cloudformation.amazonaws.com' })) return;
    throw accessDenied(identity, 'iam:PassRole', role);
}

export function handle(fake, call) {
    const map = form(call.request.body);
    if (map.get('Version') !== '2010-05-15')
        throw new AwsError('NoSuchVersion', `The requested version ( ${map.get('Version')} ) is not valid.`, 400);
    const operation = TABLE[call.operation];
    if (!operation)
        throw new AwsError('InvalidAction', `Could not find operation ${call.operation} for version 2010-05-15`, 400);
    const request = read(map, SHAPES[call.operation]);
    refuseAbsent(request);
    refuseTwice(request);
    checkRole(fake, request, call.identity);
    const result = operation(fake, fake.account.region(call.region), request, call);
    return queryReply('cloudformation', call.operation, result, call.id);
}
