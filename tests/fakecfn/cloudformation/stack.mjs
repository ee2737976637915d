// A stack: its state, its events, and what may be done to it in which state.
//
// Events are kept oldest first; readers turn them. An operation (create, update …) is running while `running` is set.

import { randomUUID } from 'node:crypto';
import { masker } from '../template/parameters.mjs';
import { AwsError, validation } from '../wire/errors.mjs';

export const UPDATABLE = new Set([
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'IMPORT_ROLLBACK_COMPLETE',
]);
export const PAUSED = new Set(['CREATE_FAILED', 'UPDATE_FAILED']); // rollback was disabled

export class Stack {
    resources = new Map(); // logical id → record
    events = [];
    operationEvents = [];
    changeSets = new Map(); // that wait, by name
    executedSets = [];
    tokens = new Map();
    history = []; // statuses gone by, for stale reads
    outputs = [];
    parameters = new Map();
    tags = [];
    capabilities = [];
    notificationArns = [];
    lastOperations = [];
    disableRollback = false;
    terminationProtection = false;
    drift = { status: 'NOT_CHECKED' };

    constructor(fake, region, name, parent) {
        Object.assign(this, { fake, region, name, parent, created: fake.now() });
        this.id = region.arn('cloudformation', `stack/${name}/${randomUUID()}`);
        this.root = parent ? (parent.root ?? parent) : undefined;
        region.stacks.set(this.id, this);
    }

    get gone() {
        return this.status === 'DELETE_COMPLETE';
    }

    setStatus(status, reason, operation = this.running) {
        if (this.status) this.history.push(this.status);
        this.status = status;
        this.reason = reason;
        this.event(
            { logicalId: this.name, type: 'AWS::CloudFormation::Stack', id: this.id },
            status,
            reason,
            operation,
        );
        this.fake.emit('status', this, status);
    }

    event(record, status, reason, operation = this.running) {
        const stackLevel = record.id === this.id;
        const time = new Date(this.fake.now());
        const event = {
            StackId: this.id,
            EventId: stackLevel
                ? randomUUID()
                : `${record.logicalId}-${status}-${time.toISOString()}${this.fake.account.random(3)}`,
            StackName: this.name,
            OperationId: operation?.id,
            LogicalResourceId: record.logicalId,
            PhysicalResourceId: record.id ?? '',
            ResourceType: record.type,
            Timestamp: time,
            ResourceStatus: status,
            ResourceStatusReason: reason,
            ResourceProperties:
                stackLevel || record.properties === undefined
                    ? undefined
                    : masker(this.parameters)(JSON.stringify(record.properties)),
            ClientRequestToken: operation?.token,
            DetailedStatus: record.detailed,
        };
        this.events.push(event);
        this.operationEvents.push({
            ...event,
            OperationType: operation?.type,
            OperationStatus: stackLevel ? outcome(status) : undefined,
            EventType: kindOf(event, stackLevel),
        });
        if (!stackLevel) Object.assign(record, { status, reason, time });
        return event;
    }

    begin(type, token) {
        const operation = { id: randomUUID(), type, token, cancelled: false, stack: this };
        this.lastOperations = [{ OperationType: type, OperationId: operation.id }, ...this.lastOperations].slice(0, 10);
        this.running = operation;
        return operation;
    }

    // A token names one request: the same again is the same operation, another with it is refused.
    // True: it was already accepted.
    useToken(token, what) {
        if (token === undefined) return false;
        const known = this.tokens.get(token);
        if (known === undefined) {
            this.tokens.set(token, what);
            return false;
        }
        if (known === what) return true;
        throw new AwsError('TokenAlreadyExistsException', `A client request token already exists: ${token}`);
    }

    requireState(allowed, verb) {
        if (!allowed.has(this.status))
            throw validation(`Stack:${this.id} is in ${this.status} state and can not be ${verb}.`);
    }
}

const outcome = (status) =>
    /IN_PROGRESS$/.test(status) ? 'IN_PROGRESS' : /FAILED$|ROLLBACK/.test(status) ? 'FAILED' : 'SUCCEEDED';

function kindOf(event, stackLevel) {
    if (stackLevel) return 'STACK_EVENT';
    return event.ResourceStatus.endsWith('_FAILED') ? 'PROVISIONING_ERROR' : 'PROGRESS_EVENT';
}

// By name: the one alive. By ARN: also one that is gone.
export function findStack(region, nameOrArn) {
    if (nameOrArn.startsWith('arn:')) return region.stacks.get(nameOrArn);
    return [...region.stacks.values()].find((s) => s.name === nameOrArn && !s.gone);
}

export function mustFind(region, name, text = `Stack [${name}] does not exist`) {
    const stack = findStack(region, name);
    if (!stack) throw validation(text);
    return stack;
}

export function pseudo(stack) {
    const { region } = stack;
    return {
        'AWS::AccountId': region.account.id,
        'AWS::Region': region.name,
        'AWS::Partition': region.partition,
        'AWS::URLSuffix': region.suffix,
        'AWS::StackId': stack.id,
        'AWS::StackName': stack.name,
        'AWS::NotificationARNs': stack.notificationArns,
    };
}
