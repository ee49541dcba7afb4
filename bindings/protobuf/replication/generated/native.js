/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const waxwing = $root.waxwing = (() => {

    /**
     * Namespace waxwing.
     * @exports waxwing
     * @namespace
     */
    const waxwing = {};

    waxwing.replication = (function() {

        /**
         * Namespace replication.
         * @memberof waxwing
         * @namespace
         */
        const replication = {};

        replication.NativeMessage = (function() {

            /**
             * Properties of a NativeMessage.
             * @typedef {Object} waxwing.replication.NativeMessage.$Properties
             * @property {string|null} [kind] NativeMessage kind
             * @property {waxwing.replication.Summary.$Properties|null} [summary] NativeMessage summary
             * @property {waxwing.replication.Want.$Properties|null} [diff] NativeMessage diff
             * @property {waxwing.replication.Want.$Properties|null} [fetch] NativeMessage fetch
             * @property {waxwing.replication.Deliver.$Properties|null} [deliver] NativeMessage deliver
             * @property {waxwing.replication.Pull.$Properties|null} [pull] NativeMessage pull
             * @property {waxwing.replication.CursorPull.$Properties|null} [cursorPull] NativeMessage cursorPull
             * @property {waxwing.replication.Reconcile.$Properties|null} [reconcile] NativeMessage reconcile
             * @property {waxwing.replication.Unavailable.$Properties|null} [unavailable] NativeMessage unavailable
             * @property {waxwing.replication.WantIds.$Properties|null} [want] NativeMessage want
             * @property {waxwing.replication.Bodies.$Properties|null} [bodies] NativeMessage bodies
             * @property {waxwing.replication.Taken.$Properties|null} [taken] NativeMessage taken
             * @property {waxwing.replication.Heads.$Properties|null} [heads] NativeMessage heads
             * @property {waxwing.replication.Heads.$Properties|null} [headsAnswer] NativeMessage headsAnswer
             * @property {waxwing.replication.StateHeadRequest.$Properties|null} [stateHeadRequest] NativeMessage stateHeadRequest
             * @property {waxwing.replication.StateHeads.$Properties|null} [stateHeads] NativeMessage stateHeads
             * @property {"summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull"|"reconcile"|"unavailable"|"want"|"bodies"|"taken"|"heads"|"headsAnswer"|"stateHeadRequest"|"stateHeads"} [body] NativeMessage body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NativeMessage.
             * @memberof waxwing.replication
             * @interface INativeMessage
             * @augments waxwing.replication.NativeMessage.$Properties
             * @deprecated Use waxwing.replication.NativeMessage.$Properties instead.
             */

            /**
             * Narrowed shape of a NativeMessage.
             * @typedef {{
             *   kind?: string|null;
             *   summary?: waxwing.replication.Summary.$Shape|null;
             *   diff?: waxwing.replication.Want.$Shape|null;
             *   fetch?: waxwing.replication.Want.$Shape|null;
             *   deliver?: waxwing.replication.Deliver.$Shape|null;
             *   pull?: waxwing.replication.Pull.$Shape|null;
             *   cursorPull?: waxwing.replication.CursorPull.$Shape|null;
             *   reconcile?: waxwing.replication.Reconcile.$Shape|null;
             *   unavailable?: waxwing.replication.Unavailable.$Shape|null;
             *   want?: waxwing.replication.WantIds.$Shape|null;
             *   bodies?: waxwing.replication.Bodies.$Shape|null;
             *   taken?: waxwing.replication.Taken.$Shape|null;
             *   heads?: waxwing.replication.Heads.$Shape|null;
             *   headsAnswer?: waxwing.replication.Heads.$Shape|null;
             *   stateHeadRequest?: waxwing.replication.StateHeadRequest.$Shape|null;
             *   stateHeads?: waxwing.replication.StateHeads.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "summary"; summary: waxwing.replication.Summary.$Shape; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "diff"; summary?: null; diff: waxwing.replication.Want.$Shape; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "fetch"; summary?: null; diff?: null; fetch: waxwing.replication.Want.$Shape; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "deliver"; summary?: null; diff?: null; fetch?: null; deliver: waxwing.replication.Deliver.$Shape; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "pull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull: waxwing.replication.Pull.$Shape; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "cursorPull"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull: waxwing.replication.CursorPull.$Shape; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "reconcile"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile: waxwing.replication.Reconcile.$Shape; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "unavailable"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable: waxwing.replication.Unavailable.$Shape; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "want"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want: waxwing.replication.WantIds.$Shape; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "bodies"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies: waxwing.replication.Bodies.$Shape; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "taken"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken: waxwing.replication.Taken.$Shape; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "heads"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads: waxwing.replication.Heads.$Shape; headsAnswer?: null; stateHeadRequest?: null; stateHeads?: null }|{ body?: "headsAnswer"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer: waxwing.replication.Heads.$Shape; stateHeadRequest?: null; stateHeads?: null }|{ body?: "stateHeadRequest"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest: waxwing.replication.StateHeadRequest.$Shape; stateHeads?: null }|{ body?: "stateHeads"; summary?: null; diff?: null; fetch?: null; deliver?: null; pull?: null; cursorPull?: null; reconcile?: null; unavailable?: null; want?: null; bodies?: null; taken?: null; heads?: null; headsAnswer?: null; stateHeadRequest?: null; stateHeads: waxwing.replication.StateHeads.$Shape })
             * )} waxwing.replication.NativeMessage.$Shape
             */

            /**
             * Constructs a new NativeMessage.
             * @memberof waxwing.replication
             * @classdesc Represents a NativeMessage.
             * @constructor
             * @param {waxwing.replication.NativeMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NativeMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NativeMessage kind.
             * @member {string} kind
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.kind = "";

            /**
             * NativeMessage summary.
             * @member {waxwing.replication.Summary.$Properties|null|undefined} summary
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.summary = null;

            /**
             * NativeMessage diff.
             * @member {waxwing.replication.Want.$Properties|null|undefined} diff
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.diff = null;

            /**
             * NativeMessage fetch.
             * @member {waxwing.replication.Want.$Properties|null|undefined} fetch
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.fetch = null;

            /**
             * NativeMessage deliver.
             * @member {waxwing.replication.Deliver.$Properties|null|undefined} deliver
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.deliver = null;

            /**
             * NativeMessage pull.
             * @member {waxwing.replication.Pull.$Properties|null|undefined} pull
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.pull = null;

            /**
             * NativeMessage cursorPull.
             * @member {waxwing.replication.CursorPull.$Properties|null|undefined} cursorPull
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.cursorPull = null;

            /**
             * NativeMessage reconcile.
             * @member {waxwing.replication.Reconcile.$Properties|null|undefined} reconcile
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.reconcile = null;

            /**
             * NativeMessage unavailable.
             * @member {waxwing.replication.Unavailable.$Properties|null|undefined} unavailable
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.unavailable = null;

            /**
             * NativeMessage want.
             * @member {waxwing.replication.WantIds.$Properties|null|undefined} want
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.want = null;

            /**
             * NativeMessage bodies.
             * @member {waxwing.replication.Bodies.$Properties|null|undefined} bodies
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.bodies = null;

            /**
             * NativeMessage taken.
             * @member {waxwing.replication.Taken.$Properties|null|undefined} taken
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.taken = null;

            /**
             * NativeMessage heads.
             * @member {waxwing.replication.Heads.$Properties|null|undefined} heads
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.heads = null;

            /**
             * NativeMessage headsAnswer.
             * @member {waxwing.replication.Heads.$Properties|null|undefined} headsAnswer
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.headsAnswer = null;

            /**
             * NativeMessage stateHeadRequest.
             * @member {waxwing.replication.StateHeadRequest.$Properties|null|undefined} stateHeadRequest
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.stateHeadRequest = null;

            /**
             * NativeMessage stateHeads.
             * @member {waxwing.replication.StateHeads.$Properties|null|undefined} stateHeads
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            NativeMessage.prototype.stateHeads = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * NativeMessage body.
             * @member {"summary"|"diff"|"fetch"|"deliver"|"pull"|"cursorPull"|"reconcile"|"unavailable"|"want"|"bodies"|"taken"|"heads"|"headsAnswer"|"stateHeadRequest"|"stateHeads"|undefined} body
             * @memberof waxwing.replication.NativeMessage
             * @instance
             */
            $Object.defineProperty(NativeMessage.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["summary", "diff", "fetch", "deliver", "pull", "cursorPull", "reconcile", "unavailable", "want", "bodies", "taken", "heads", "headsAnswer", "stateHeadRequest", "stateHeads"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new NativeMessage instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.NativeMessage
             * @static
             * @param {waxwing.replication.NativeMessage.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.NativeMessage} NativeMessage instance
             * @type {{
             *   (properties: waxwing.replication.NativeMessage.$Shape): waxwing.replication.NativeMessage & waxwing.replication.NativeMessage.$Shape;
             *   (properties?: waxwing.replication.NativeMessage.$Properties): waxwing.replication.NativeMessage;
             * }}
             */
            NativeMessage.create = function(properties) {
                return new NativeMessage(properties);
            };

            /**
             * Encodes the specified NativeMessage message. Does not implicitly {@link waxwing.replication.NativeMessage.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.NativeMessage
             * @static
             * @param {waxwing.replication.NativeMessage.$Properties} message NativeMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NativeMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.kind);
                if (message.summary != null && $Object.hasOwnProperty.call(message, "summary"))
                    $root.waxwing.replication.Summary.encode(message.summary, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.diff != null && $Object.hasOwnProperty.call(message, "diff"))
                    $root.waxwing.replication.Want.encode(message.diff, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.fetch != null && $Object.hasOwnProperty.call(message, "fetch"))
                    $root.waxwing.replication.Want.encode(message.fetch, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.deliver != null && $Object.hasOwnProperty.call(message, "deliver"))
                    $root.waxwing.replication.Deliver.encode(message.deliver, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.pull != null && $Object.hasOwnProperty.call(message, "pull"))
                    $root.waxwing.replication.Pull.encode(message.pull, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.cursorPull != null && $Object.hasOwnProperty.call(message, "cursorPull"))
                    $root.waxwing.replication.CursorPull.encode(message.cursorPull, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.reconcile != null && $Object.hasOwnProperty.call(message, "reconcile"))
                    $root.waxwing.replication.Reconcile.encode(message.reconcile, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.unavailable != null && $Object.hasOwnProperty.call(message, "unavailable"))
                    $root.waxwing.replication.Unavailable.encode(message.unavailable, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.want != null && $Object.hasOwnProperty.call(message, "want"))
                    $root.waxwing.replication.WantIds.encode(message.want, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.bodies != null && $Object.hasOwnProperty.call(message, "bodies"))
                    $root.waxwing.replication.Bodies.encode(message.bodies, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.taken != null && $Object.hasOwnProperty.call(message, "taken"))
                    $root.waxwing.replication.Taken.encode(message.taken, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.heads != null && $Object.hasOwnProperty.call(message, "heads"))
                    $root.waxwing.replication.Heads.encode(message.heads, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.headsAnswer != null && $Object.hasOwnProperty.call(message, "headsAnswer"))
                    $root.waxwing.replication.Heads.encode(message.headsAnswer, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                if (message.stateHeadRequest != null && $Object.hasOwnProperty.call(message, "stateHeadRequest"))
                    $root.waxwing.replication.StateHeadRequest.encode(message.stateHeadRequest, writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
                if (message.stateHeads != null && $Object.hasOwnProperty.call(message, "stateHeads"))
                    $root.waxwing.replication.StateHeads.encode(message.stateHeads, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NativeMessage message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.NativeMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.NativeMessage & waxwing.replication.NativeMessage.$Shape} NativeMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NativeMessage.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.NativeMessage();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.summary = $root.waxwing.replication.Summary.decode(reader, reader.size(), $undefined, _depth + 1, message.summary);
                            message.body = "summary";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.diff = $root.waxwing.replication.Want.decode(reader, reader.size(), $undefined, _depth + 1, message.diff);
                            message.body = "diff";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.fetch = $root.waxwing.replication.Want.decode(reader, reader.size(), $undefined, _depth + 1, message.fetch);
                            message.body = "fetch";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.deliver = $root.waxwing.replication.Deliver.decode(reader, reader.size(), $undefined, _depth + 1, message.deliver);
                            message.body = "deliver";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.pull = $root.waxwing.replication.Pull.decode(reader, reader.size(), $undefined, _depth + 1, message.pull);
                            message.body = "pull";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.cursorPull = $root.waxwing.replication.CursorPull.decode(reader, reader.size(), $undefined, _depth + 1, message.cursorPull);
                            message.body = "cursorPull";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.reconcile = $root.waxwing.replication.Reconcile.decode(reader, reader.size(), $undefined, _depth + 1, message.reconcile);
                            message.body = "reconcile";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.unavailable = $root.waxwing.replication.Unavailable.decode(reader, reader.size(), $undefined, _depth + 1, message.unavailable);
                            message.body = "unavailable";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.want = $root.waxwing.replication.WantIds.decode(reader, reader.size(), $undefined, _depth + 1, message.want);
                            message.body = "want";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.bodies = $root.waxwing.replication.Bodies.decode(reader, reader.size(), $undefined, _depth + 1, message.bodies);
                            message.body = "bodies";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.taken = $root.waxwing.replication.Taken.decode(reader, reader.size(), $undefined, _depth + 1, message.taken);
                            message.body = "taken";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.heads = $root.waxwing.replication.Heads.decode(reader, reader.size(), $undefined, _depth + 1, message.heads);
                            message.body = "heads";
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            message.headsAnswer = $root.waxwing.replication.Heads.decode(reader, reader.size(), $undefined, _depth + 1, message.headsAnswer);
                            message.body = "headsAnswer";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.stateHeadRequest = $root.waxwing.replication.StateHeadRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.stateHeadRequest);
                            message.body = "stateHeadRequest";
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            message.stateHeads = $root.waxwing.replication.StateHeads.decode(reader, reader.size(), $undefined, _depth + 1, message.stateHeads);
                            message.body = "stateHeads";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NativeMessage;
        })();

        replication.Summary = (function() {

            /**
             * Properties of a Summary.
             * @typedef {Object} waxwing.replication.Summary.$Properties
             * @property {Uint8Array|null} [refs] Summary refs
             * @property {boolean|null} [forms] Summary forms
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Summary.
             * @memberof waxwing.replication
             * @interface ISummary
             * @augments waxwing.replication.Summary.$Properties
             * @deprecated Use waxwing.replication.Summary.$Properties instead.
             */

            /**
             * Shape of a Summary.
             * @typedef {waxwing.replication.Summary.$Properties} waxwing.replication.Summary.$Shape
             */

            /**
             * Constructs a new Summary.
             * @memberof waxwing.replication
             * @classdesc Represents a Summary.
             * @constructor
             * @param {waxwing.replication.Summary.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Summary = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Summary refs.
             * @member {Uint8Array} refs
             * @memberof waxwing.replication.Summary
             * @instance
             */
            Summary.prototype.refs = $util.newBuffer([]);

            /**
             * Summary forms.
             * @member {boolean} forms
             * @memberof waxwing.replication.Summary
             * @instance
             */
            Summary.prototype.forms = false;

            /**
             * Creates a new Summary instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Summary
             * @static
             * @param {waxwing.replication.Summary.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Summary} Summary instance
             * @type {{
             *   (properties: waxwing.replication.Summary.$Shape): waxwing.replication.Summary & waxwing.replication.Summary.$Shape;
             *   (properties?: waxwing.replication.Summary.$Properties): waxwing.replication.Summary;
             * }}
             */
            Summary.create = function(properties) {
                return new Summary(properties);
            };

            /**
             * Encodes the specified Summary message. Does not implicitly {@link waxwing.replication.Summary.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Summary
             * @static
             * @param {waxwing.replication.Summary.$Properties} message Summary message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Summary.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.refs != null && $Object.hasOwnProperty.call(message, "refs") && message.refs.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.refs);
                if (message.forms != null && $Object.hasOwnProperty.call(message, "forms") && message.forms !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.forms);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Summary message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Summary
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Summary & waxwing.replication.Summary.$Shape} Summary
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Summary.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Summary();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.refs = value;
                            else
                                delete message.refs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.forms = value;
                            else
                                delete message.forms;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Summary;
        })();

        replication.Want = (function() {

            /**
             * Properties of a Want.
             * @typedef {Object} waxwing.replication.Want.$Properties
             * @property {Uint8Array|null} [hashes] Want hashes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Want.
             * @memberof waxwing.replication
             * @interface IWant
             * @augments waxwing.replication.Want.$Properties
             * @deprecated Use waxwing.replication.Want.$Properties instead.
             */

            /**
             * Shape of a Want.
             * @typedef {waxwing.replication.Want.$Properties} waxwing.replication.Want.$Shape
             */

            /**
             * Constructs a new Want.
             * @memberof waxwing.replication
             * @classdesc Represents a Want.
             * @constructor
             * @param {waxwing.replication.Want.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Want = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Want hashes.
             * @member {Uint8Array} hashes
             * @memberof waxwing.replication.Want
             * @instance
             */
            Want.prototype.hashes = $util.newBuffer([]);

            /**
             * Creates a new Want instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Want
             * @static
             * @param {waxwing.replication.Want.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Want} Want instance
             * @type {{
             *   (properties: waxwing.replication.Want.$Shape): waxwing.replication.Want & waxwing.replication.Want.$Shape;
             *   (properties?: waxwing.replication.Want.$Properties): waxwing.replication.Want;
             * }}
             */
            Want.create = function(properties) {
                return new Want(properties);
            };

            /**
             * Encodes the specified Want message. Does not implicitly {@link waxwing.replication.Want.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Want
             * @static
             * @param {waxwing.replication.Want.$Properties} message Want message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Want.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hashes != null && $Object.hasOwnProperty.call(message, "hashes") && message.hashes.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.hashes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Want message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Want
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Want & waxwing.replication.Want.$Shape} Want
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Want.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Want();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.hashes = value;
                            else
                                delete message.hashes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Want;
        })();

        replication.Deliver = (function() {

            /**
             * Properties of a Deliver.
             * @typedef {Object} waxwing.replication.Deliver.$Properties
             * @property {Uint8Array|null} [lengths] Deliver lengths
             * @property {Uint8Array|null} [records] Deliver records
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Deliver.
             * @memberof waxwing.replication
             * @interface IDeliver
             * @augments waxwing.replication.Deliver.$Properties
             * @deprecated Use waxwing.replication.Deliver.$Properties instead.
             */

            /**
             * Shape of a Deliver.
             * @typedef {waxwing.replication.Deliver.$Properties} waxwing.replication.Deliver.$Shape
             */

            /**
             * Constructs a new Deliver.
             * @memberof waxwing.replication
             * @classdesc Represents a Deliver.
             * @constructor
             * @param {waxwing.replication.Deliver.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Deliver = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Deliver lengths.
             * @member {Uint8Array} lengths
             * @memberof waxwing.replication.Deliver
             * @instance
             */
            Deliver.prototype.lengths = $util.newBuffer([]);

            /**
             * Deliver records.
             * @member {Uint8Array} records
             * @memberof waxwing.replication.Deliver
             * @instance
             */
            Deliver.prototype.records = $util.newBuffer([]);

            /**
             * Creates a new Deliver instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Deliver
             * @static
             * @param {waxwing.replication.Deliver.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Deliver} Deliver instance
             * @type {{
             *   (properties: waxwing.replication.Deliver.$Shape): waxwing.replication.Deliver & waxwing.replication.Deliver.$Shape;
             *   (properties?: waxwing.replication.Deliver.$Properties): waxwing.replication.Deliver;
             * }}
             */
            Deliver.create = function(properties) {
                return new Deliver(properties);
            };

            /**
             * Encodes the specified Deliver message. Does not implicitly {@link waxwing.replication.Deliver.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Deliver
             * @static
             * @param {waxwing.replication.Deliver.$Properties} message Deliver message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Deliver.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lengths != null && $Object.hasOwnProperty.call(message, "lengths") && message.lengths.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.lengths);
                if (message.records != null && $Object.hasOwnProperty.call(message, "records") && message.records.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.records);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Deliver message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Deliver
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Deliver & waxwing.replication.Deliver.$Shape} Deliver
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Deliver.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Deliver();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.lengths = value;
                            else
                                delete message.lengths;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.records = value;
                            else
                                delete message.records;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Deliver;
        })();

        replication.Pull = (function() {

            /**
             * Properties of a Pull.
             * @typedef {Object} waxwing.replication.Pull.$Properties
             * @property {string|null} [subjectKeyId] Pull subjectKeyId
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Pull.
             * @memberof waxwing.replication
             * @interface IPull
             * @augments waxwing.replication.Pull.$Properties
             * @deprecated Use waxwing.replication.Pull.$Properties instead.
             */

            /**
             * Shape of a Pull.
             * @typedef {waxwing.replication.Pull.$Properties} waxwing.replication.Pull.$Shape
             */

            /**
             * Constructs a new Pull.
             * @memberof waxwing.replication
             * @classdesc Represents a Pull.
             * @constructor
             * @param {waxwing.replication.Pull.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Pull = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Pull subjectKeyId.
             * @member {string} subjectKeyId
             * @memberof waxwing.replication.Pull
             * @instance
             */
            Pull.prototype.subjectKeyId = "";

            /**
             * Creates a new Pull instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Pull
             * @static
             * @param {waxwing.replication.Pull.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Pull} Pull instance
             * @type {{
             *   (properties: waxwing.replication.Pull.$Shape): waxwing.replication.Pull & waxwing.replication.Pull.$Shape;
             *   (properties?: waxwing.replication.Pull.$Properties): waxwing.replication.Pull;
             * }}
             */
            Pull.create = function(properties) {
                return new Pull(properties);
            };

            /**
             * Encodes the specified Pull message. Does not implicitly {@link waxwing.replication.Pull.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Pull
             * @static
             * @param {waxwing.replication.Pull.$Properties} message Pull message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Pull.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.subjectKeyId != null && $Object.hasOwnProperty.call(message, "subjectKeyId") && message.subjectKeyId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.subjectKeyId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Pull message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Pull
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Pull & waxwing.replication.Pull.$Shape} Pull
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Pull.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Pull();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.subjectKeyId = value;
                            else
                                delete message.subjectKeyId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Pull;
        })();

        replication.CursorPull = (function() {

            /**
             * Properties of a CursorPull.
             * @typedef {Object} waxwing.replication.CursorPull.$Properties
             * @property {string|null} [since] CursorPull since
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CursorPull.
             * @memberof waxwing.replication
             * @interface ICursorPull
             * @augments waxwing.replication.CursorPull.$Properties
             * @deprecated Use waxwing.replication.CursorPull.$Properties instead.
             */

            /**
             * Shape of a CursorPull.
             * @typedef {waxwing.replication.CursorPull.$Properties} waxwing.replication.CursorPull.$Shape
             */

            /**
             * Constructs a new CursorPull.
             * @memberof waxwing.replication
             * @classdesc Represents a CursorPull.
             * @constructor
             * @param {waxwing.replication.CursorPull.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CursorPull = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CursorPull since.
             * @member {string|null|undefined} since
             * @memberof waxwing.replication.CursorPull
             * @instance
             */
            CursorPull.prototype.since = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CursorPull.prototype, "_since", {
                get: $util.oneOfGetter($oneOfFields = ["since"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new CursorPull instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.CursorPull
             * @static
             * @param {waxwing.replication.CursorPull.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.CursorPull} CursorPull instance
             * @type {{
             *   (properties: waxwing.replication.CursorPull.$Shape): waxwing.replication.CursorPull & waxwing.replication.CursorPull.$Shape;
             *   (properties?: waxwing.replication.CursorPull.$Properties): waxwing.replication.CursorPull;
             * }}
             */
            CursorPull.create = function(properties) {
                return new CursorPull(properties);
            };

            /**
             * Encodes the specified CursorPull message. Does not implicitly {@link waxwing.replication.CursorPull.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.CursorPull
             * @static
             * @param {waxwing.replication.CursorPull.$Properties} message CursorPull message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CursorPull.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.since != null && $Object.hasOwnProperty.call(message, "since"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.since);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CursorPull message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.CursorPull
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.CursorPull & waxwing.replication.CursorPull.$Shape} CursorPull
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CursorPull.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.CursorPull();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.since = reader.stringVerify();
                            message._since = "since";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CursorPull;
        })();

        replication.Reconcile = (function() {

            /**
             * Properties of a Reconcile.
             * @typedef {Object} waxwing.replication.Reconcile.$Properties
             * @property {waxwing.replication.Open.$Properties|null} [open] Reconcile open
             * @property {waxwing.replication.More.$Properties|null} [more] Reconcile more
             * @property {Uint8Array|null} [ranges] Reconcile ranges
             * @property {waxwing.replication.Page.$Properties|null} [page] Reconcile page
             * @property {waxwing.replication.Found.$Properties|null} [found] Reconcile found
             * @property {Uint8Array|null} [equal] Reconcile equal
             * @property {waxwing.replication.Sketch.$Properties|null} [sketch] Reconcile sketch
             * @property {waxwing.replication.RangesAnswer.$Properties|null} [rangesAnswer] Reconcile rangesAnswer
             * @property {waxwing.replication.Ids.$Properties|null} [ids] Reconcile ids
             * @property {"open"|"more"|"ranges"|"page"|"found"|"equal"|"sketch"|"rangesAnswer"|"ids"} [message] Reconcile message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Reconcile.
             * @memberof waxwing.replication
             * @interface IReconcile
             * @augments waxwing.replication.Reconcile.$Properties
             * @deprecated Use waxwing.replication.Reconcile.$Properties instead.
             */

            /**
             * Narrowed shape of a Reconcile.
             * @typedef {{
             *   open?: waxwing.replication.Open.$Shape|null;
             *   more?: waxwing.replication.More.$Shape|null;
             *   ranges?: Uint8Array|null;
             *   page?: waxwing.replication.Page.$Shape|null;
             *   found?: waxwing.replication.Found.$Shape|null;
             *   equal?: Uint8Array|null;
             *   sketch?: waxwing.replication.Sketch.$Shape|null;
             *   rangesAnswer?: waxwing.replication.RangesAnswer.$Shape|null;
             *   ids?: waxwing.replication.Ids.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ message?: undefined; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "open"; open: waxwing.replication.Open.$Shape; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "more"; open?: null; more: waxwing.replication.More.$Shape; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "ranges"; open?: null; more?: null; ranges: Uint8Array; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "page"; open?: null; more?: null; ranges?: null; page: waxwing.replication.Page.$Shape; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "found"; open?: null; more?: null; ranges?: null; page?: null; found: waxwing.replication.Found.$Shape; equal?: null; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "equal"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal: Uint8Array; sketch?: null; rangesAnswer?: null; ids?: null }|{ message?: "sketch"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch: waxwing.replication.Sketch.$Shape; rangesAnswer?: null; ids?: null }|{ message?: "rangesAnswer"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer: waxwing.replication.RangesAnswer.$Shape; ids?: null }|{ message?: "ids"; open?: null; more?: null; ranges?: null; page?: null; found?: null; equal?: null; sketch?: null; rangesAnswer?: null; ids: waxwing.replication.Ids.$Shape })
             * )} waxwing.replication.Reconcile.$Shape
             */

            /**
             * Constructs a new Reconcile.
             * @memberof waxwing.replication
             * @classdesc Represents a Reconcile.
             * @constructor
             * @param {waxwing.replication.Reconcile.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Reconcile = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Reconcile open.
             * @member {waxwing.replication.Open.$Properties|null|undefined} open
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.open = null;

            /**
             * Reconcile more.
             * @member {waxwing.replication.More.$Properties|null|undefined} more
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.more = null;

            /**
             * Reconcile ranges.
             * @member {Uint8Array|null|undefined} ranges
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.ranges = null;

            /**
             * Reconcile page.
             * @member {waxwing.replication.Page.$Properties|null|undefined} page
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.page = null;

            /**
             * Reconcile found.
             * @member {waxwing.replication.Found.$Properties|null|undefined} found
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.found = null;

            /**
             * Reconcile equal.
             * @member {Uint8Array|null|undefined} equal
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.equal = null;

            /**
             * Reconcile sketch.
             * @member {waxwing.replication.Sketch.$Properties|null|undefined} sketch
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.sketch = null;

            /**
             * Reconcile rangesAnswer.
             * @member {waxwing.replication.RangesAnswer.$Properties|null|undefined} rangesAnswer
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.rangesAnswer = null;

            /**
             * Reconcile ids.
             * @member {waxwing.replication.Ids.$Properties|null|undefined} ids
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            Reconcile.prototype.ids = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Reconcile message.
             * @member {"open"|"more"|"ranges"|"page"|"found"|"equal"|"sketch"|"rangesAnswer"|"ids"|undefined} message
             * @memberof waxwing.replication.Reconcile
             * @instance
             */
            $Object.defineProperty(Reconcile.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["open", "more", "ranges", "page", "found", "equal", "sketch", "rangesAnswer", "ids"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new Reconcile instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Reconcile
             * @static
             * @param {waxwing.replication.Reconcile.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Reconcile} Reconcile instance
             * @type {{
             *   (properties: waxwing.replication.Reconcile.$Shape): waxwing.replication.Reconcile & waxwing.replication.Reconcile.$Shape;
             *   (properties?: waxwing.replication.Reconcile.$Properties): waxwing.replication.Reconcile;
             * }}
             */
            Reconcile.create = function(properties) {
                return new Reconcile(properties);
            };

            /**
             * Encodes the specified Reconcile message. Does not implicitly {@link waxwing.replication.Reconcile.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Reconcile
             * @static
             * @param {waxwing.replication.Reconcile.$Properties} message Reconcile message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Reconcile.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.open != null && $Object.hasOwnProperty.call(message, "open"))
                    $root.waxwing.replication.Open.encode(message.open, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.more != null && $Object.hasOwnProperty.call(message, "more"))
                    $root.waxwing.replication.More.encode(message.more, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.ranges != null && $Object.hasOwnProperty.call(message, "ranges"))
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.ranges);
                if (message.page != null && $Object.hasOwnProperty.call(message, "page"))
                    $root.waxwing.replication.Page.encode(message.page, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.found != null && $Object.hasOwnProperty.call(message, "found"))
                    $root.waxwing.replication.Found.encode(message.found, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.equal != null && $Object.hasOwnProperty.call(message, "equal"))
                    writer.uint32(/* id 6, wireType 2 =*/50).bytes(message.equal);
                if (message.sketch != null && $Object.hasOwnProperty.call(message, "sketch"))
                    $root.waxwing.replication.Sketch.encode(message.sketch, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.rangesAnswer != null && $Object.hasOwnProperty.call(message, "rangesAnswer"))
                    $root.waxwing.replication.RangesAnswer.encode(message.rangesAnswer, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.ids != null && $Object.hasOwnProperty.call(message, "ids"))
                    $root.waxwing.replication.Ids.encode(message.ids, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Reconcile message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Reconcile
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Reconcile & waxwing.replication.Reconcile.$Shape} Reconcile
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Reconcile.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Reconcile();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.open = $root.waxwing.replication.Open.decode(reader, reader.size(), $undefined, _depth + 1, message.open);
                            message.message = "open";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.more = $root.waxwing.replication.More.decode(reader, reader.size(), $undefined, _depth + 1, message.more);
                            message.message = "more";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.ranges = reader.bytes();
                            message.message = "ranges";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.page = $root.waxwing.replication.Page.decode(reader, reader.size(), $undefined, _depth + 1, message.page);
                            message.message = "page";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.found = $root.waxwing.replication.Found.decode(reader, reader.size(), $undefined, _depth + 1, message.found);
                            message.message = "found";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.equal = reader.bytes();
                            message.message = "equal";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.sketch = $root.waxwing.replication.Sketch.decode(reader, reader.size(), $undefined, _depth + 1, message.sketch);
                            message.message = "sketch";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.rangesAnswer = $root.waxwing.replication.RangesAnswer.decode(reader, reader.size(), $undefined, _depth + 1, message.rangesAnswer);
                            message.message = "rangesAnswer";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.ids = $root.waxwing.replication.Ids.decode(reader, reader.size(), $undefined, _depth + 1, message.ids);
                            message.message = "ids";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Reconcile;
        })();

        replication.Open = (function() {

            /**
             * Properties of an Open.
             * @typedef {Object} waxwing.replication.Open.$Properties
             * @property {Uint8Array|null} [head] Open head
             * @property {number|null} [count] Open count
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Open.
             * @memberof waxwing.replication
             * @interface IOpen
             * @augments waxwing.replication.Open.$Properties
             * @deprecated Use waxwing.replication.Open.$Properties instead.
             */

            /**
             * Shape of an Open.
             * @typedef {waxwing.replication.Open.$Properties} waxwing.replication.Open.$Shape
             */

            /**
             * Constructs a new Open.
             * @memberof waxwing.replication
             * @classdesc Represents an Open.
             * @constructor
             * @param {waxwing.replication.Open.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Open = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Open head.
             * @member {Uint8Array} head
             * @memberof waxwing.replication.Open
             * @instance
             */
            Open.prototype.head = $util.newBuffer([]);

            /**
             * Open count.
             * @member {number} count
             * @memberof waxwing.replication.Open
             * @instance
             */
            Open.prototype.count = 0;

            /**
             * Creates a new Open instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Open
             * @static
             * @param {waxwing.replication.Open.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Open} Open instance
             * @type {{
             *   (properties: waxwing.replication.Open.$Shape): waxwing.replication.Open & waxwing.replication.Open.$Shape;
             *   (properties?: waxwing.replication.Open.$Properties): waxwing.replication.Open;
             * }}
             */
            Open.create = function(properties) {
                return new Open(properties);
            };

            /**
             * Encodes the specified Open message. Does not implicitly {@link waxwing.replication.Open.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Open
             * @static
             * @param {waxwing.replication.Open.$Properties} message Open message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Open.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.head != null && $Object.hasOwnProperty.call(message, "head") && message.head.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.head);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.count);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Open message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Open
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Open & waxwing.replication.Open.$Shape} Open
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Open.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Open();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.head = value;
                            else
                                delete message.head;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Open;
        })();

        replication.More = (function() {

            /**
             * Properties of a More.
             * @typedef {Object} waxwing.replication.More.$Properties
             * @property {Uint8Array|null} [head] More head
             * @property {number|null} [from] More from
             * @property {number|null} [to] More to
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a More.
             * @memberof waxwing.replication
             * @interface IMore
             * @augments waxwing.replication.More.$Properties
             * @deprecated Use waxwing.replication.More.$Properties instead.
             */

            /**
             * Shape of a More.
             * @typedef {waxwing.replication.More.$Properties} waxwing.replication.More.$Shape
             */

            /**
             * Constructs a new More.
             * @memberof waxwing.replication
             * @classdesc Represents a More.
             * @constructor
             * @param {waxwing.replication.More.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const More = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * More head.
             * @member {Uint8Array} head
             * @memberof waxwing.replication.More
             * @instance
             */
            More.prototype.head = $util.newBuffer([]);

            /**
             * More from.
             * @member {number} from
             * @memberof waxwing.replication.More
             * @instance
             */
            More.prototype.from = 0;

            /**
             * More to.
             * @member {number} to
             * @memberof waxwing.replication.More
             * @instance
             */
            More.prototype.to = 0;

            /**
             * Creates a new More instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.More
             * @static
             * @param {waxwing.replication.More.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.More} More instance
             * @type {{
             *   (properties: waxwing.replication.More.$Shape): waxwing.replication.More & waxwing.replication.More.$Shape;
             *   (properties?: waxwing.replication.More.$Properties): waxwing.replication.More;
             * }}
             */
            More.create = function(properties) {
                return new More(properties);
            };

            /**
             * Encodes the specified More message. Does not implicitly {@link waxwing.replication.More.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.More
             * @static
             * @param {waxwing.replication.More.$Properties} message More message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            More.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.head != null && $Object.hasOwnProperty.call(message, "head") && message.head.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.head);
                if (message.from != null && $Object.hasOwnProperty.call(message, "from") && message.from !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.from);
                if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.to);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a More message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.More
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.More & waxwing.replication.More.$Shape} More
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            More.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.More();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.head = value;
                            else
                                delete message.head;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.from = value;
                            else
                                delete message.from;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.to = value;
                            else
                                delete message.to;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return More;
        })();

        replication.Page = (function() {

            /**
             * Properties of a Page.
             * @typedef {Object} waxwing.replication.Page.$Properties
             * @property {Uint8Array|null} [after] Page after
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Page.
             * @memberof waxwing.replication
             * @interface IPage
             * @augments waxwing.replication.Page.$Properties
             * @deprecated Use waxwing.replication.Page.$Properties instead.
             */

            /**
             * Shape of a Page.
             * @typedef {waxwing.replication.Page.$Properties} waxwing.replication.Page.$Shape
             */

            /**
             * Constructs a new Page.
             * @memberof waxwing.replication
             * @classdesc Represents a Page.
             * @constructor
             * @param {waxwing.replication.Page.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Page = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Page after.
             * @member {Uint8Array|null|undefined} after
             * @memberof waxwing.replication.Page
             * @instance
             */
            Page.prototype.after = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Page.prototype, "_after", {
                get: $util.oneOfGetter($oneOfFields = ["after"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new Page instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Page
             * @static
             * @param {waxwing.replication.Page.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Page} Page instance
             * @type {{
             *   (properties: waxwing.replication.Page.$Shape): waxwing.replication.Page & waxwing.replication.Page.$Shape;
             *   (properties?: waxwing.replication.Page.$Properties): waxwing.replication.Page;
             * }}
             */
            Page.create = function(properties) {
                return new Page(properties);
            };

            /**
             * Encodes the specified Page message. Does not implicitly {@link waxwing.replication.Page.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Page
             * @static
             * @param {waxwing.replication.Page.$Properties} message Page message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Page.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.after != null && $Object.hasOwnProperty.call(message, "after"))
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.after);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Page message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Page
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Page & waxwing.replication.Page.$Shape} Page
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Page.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Page();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.after = reader.bytes();
                            message._after = "after";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Page;
        })();

        replication.Found = (function() {

            /**
             * Properties of a Found.
             * @typedef {Object} waxwing.replication.Found.$Properties
             * @property {Uint8Array|null} [missing] Found missing
             * @property {Uint8Array|null} [extra] Found extra
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Found.
             * @memberof waxwing.replication
             * @interface IFound
             * @augments waxwing.replication.Found.$Properties
             * @deprecated Use waxwing.replication.Found.$Properties instead.
             */

            /**
             * Shape of a Found.
             * @typedef {waxwing.replication.Found.$Properties} waxwing.replication.Found.$Shape
             */

            /**
             * Constructs a new Found.
             * @memberof waxwing.replication
             * @classdesc Represents a Found.
             * @constructor
             * @param {waxwing.replication.Found.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Found = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Found missing.
             * @member {Uint8Array} missing
             * @memberof waxwing.replication.Found
             * @instance
             */
            Found.prototype.missing = $util.newBuffer([]);

            /**
             * Found extra.
             * @member {Uint8Array} extra
             * @memberof waxwing.replication.Found
             * @instance
             */
            Found.prototype.extra = $util.newBuffer([]);

            /**
             * Creates a new Found instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Found
             * @static
             * @param {waxwing.replication.Found.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Found} Found instance
             * @type {{
             *   (properties: waxwing.replication.Found.$Shape): waxwing.replication.Found & waxwing.replication.Found.$Shape;
             *   (properties?: waxwing.replication.Found.$Properties): waxwing.replication.Found;
             * }}
             */
            Found.create = function(properties) {
                return new Found(properties);
            };

            /**
             * Encodes the specified Found message. Does not implicitly {@link waxwing.replication.Found.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Found
             * @static
             * @param {waxwing.replication.Found.$Properties} message Found message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Found.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.missing != null && $Object.hasOwnProperty.call(message, "missing") && message.missing.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.missing);
                if (message.extra != null && $Object.hasOwnProperty.call(message, "extra") && message.extra.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.extra);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Found message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Found
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Found & waxwing.replication.Found.$Shape} Found
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Found.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Found();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.missing = value;
                            else
                                delete message.missing;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.extra = value;
                            else
                                delete message.extra;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Found;
        })();

        replication.Sketch = (function() {

            /**
             * Properties of a Sketch.
             * @typedef {Object} waxwing.replication.Sketch.$Properties
             * @property {Uint8Array|null} [head] Sketch head
             * @property {number|null} [count] Sketch count
             * @property {number|null} [from] Sketch from
             * @property {Uint8Array|null} [symbols] Sketch symbols
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Sketch.
             * @memberof waxwing.replication
             * @interface ISketch
             * @augments waxwing.replication.Sketch.$Properties
             * @deprecated Use waxwing.replication.Sketch.$Properties instead.
             */

            /**
             * Shape of a Sketch.
             * @typedef {waxwing.replication.Sketch.$Properties} waxwing.replication.Sketch.$Shape
             */

            /**
             * Constructs a new Sketch.
             * @memberof waxwing.replication
             * @classdesc Represents a Sketch.
             * @constructor
             * @param {waxwing.replication.Sketch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Sketch = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Sketch head.
             * @member {Uint8Array} head
             * @memberof waxwing.replication.Sketch
             * @instance
             */
            Sketch.prototype.head = $util.newBuffer([]);

            /**
             * Sketch count.
             * @member {number} count
             * @memberof waxwing.replication.Sketch
             * @instance
             */
            Sketch.prototype.count = 0;

            /**
             * Sketch from.
             * @member {number} from
             * @memberof waxwing.replication.Sketch
             * @instance
             */
            Sketch.prototype.from = 0;

            /**
             * Sketch symbols.
             * @member {Uint8Array} symbols
             * @memberof waxwing.replication.Sketch
             * @instance
             */
            Sketch.prototype.symbols = $util.newBuffer([]);

            /**
             * Creates a new Sketch instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Sketch
             * @static
             * @param {waxwing.replication.Sketch.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Sketch} Sketch instance
             * @type {{
             *   (properties: waxwing.replication.Sketch.$Shape): waxwing.replication.Sketch & waxwing.replication.Sketch.$Shape;
             *   (properties?: waxwing.replication.Sketch.$Properties): waxwing.replication.Sketch;
             * }}
             */
            Sketch.create = function(properties) {
                return new Sketch(properties);
            };

            /**
             * Encodes the specified Sketch message. Does not implicitly {@link waxwing.replication.Sketch.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Sketch
             * @static
             * @param {waxwing.replication.Sketch.$Properties} message Sketch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Sketch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.head != null && $Object.hasOwnProperty.call(message, "head") && message.head.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.head);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.count);
                if (message.from != null && $Object.hasOwnProperty.call(message, "from") && message.from !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.from);
                if (message.symbols != null && $Object.hasOwnProperty.call(message, "symbols") && message.symbols.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.symbols);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Sketch message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Sketch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Sketch & waxwing.replication.Sketch.$Shape} Sketch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Sketch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Sketch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.head = value;
                            else
                                delete message.head;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.from = value;
                            else
                                delete message.from;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.symbols = value;
                            else
                                delete message.symbols;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Sketch;
        })();

        replication.RangesAnswer = (function() {

            /**
             * Properties of a RangesAnswer.
             * @typedef {Object} waxwing.replication.RangesAnswer.$Properties
             * @property {Uint8Array|null} [head] RangesAnswer head
             * @property {Uint8Array|null} [message] RangesAnswer message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RangesAnswer.
             * @memberof waxwing.replication
             * @interface IRangesAnswer
             * @augments waxwing.replication.RangesAnswer.$Properties
             * @deprecated Use waxwing.replication.RangesAnswer.$Properties instead.
             */

            /**
             * Shape of a RangesAnswer.
             * @typedef {waxwing.replication.RangesAnswer.$Properties} waxwing.replication.RangesAnswer.$Shape
             */

            /**
             * Constructs a new RangesAnswer.
             * @memberof waxwing.replication
             * @classdesc Represents a RangesAnswer.
             * @constructor
             * @param {waxwing.replication.RangesAnswer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RangesAnswer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RangesAnswer head.
             * @member {Uint8Array} head
             * @memberof waxwing.replication.RangesAnswer
             * @instance
             */
            RangesAnswer.prototype.head = $util.newBuffer([]);

            /**
             * RangesAnswer message.
             * @member {Uint8Array} message
             * @memberof waxwing.replication.RangesAnswer
             * @instance
             */
            RangesAnswer.prototype.message = $util.newBuffer([]);

            /**
             * Creates a new RangesAnswer instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.RangesAnswer
             * @static
             * @param {waxwing.replication.RangesAnswer.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.RangesAnswer} RangesAnswer instance
             * @type {{
             *   (properties: waxwing.replication.RangesAnswer.$Shape): waxwing.replication.RangesAnswer & waxwing.replication.RangesAnswer.$Shape;
             *   (properties?: waxwing.replication.RangesAnswer.$Properties): waxwing.replication.RangesAnswer;
             * }}
             */
            RangesAnswer.create = function(properties) {
                return new RangesAnswer(properties);
            };

            /**
             * Encodes the specified RangesAnswer message. Does not implicitly {@link waxwing.replication.RangesAnswer.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.RangesAnswer
             * @static
             * @param {waxwing.replication.RangesAnswer.$Properties} message RangesAnswer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RangesAnswer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.head != null && $Object.hasOwnProperty.call(message, "head") && message.head.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.head);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RangesAnswer message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.RangesAnswer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.RangesAnswer & waxwing.replication.RangesAnswer.$Shape} RangesAnswer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RangesAnswer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.RangesAnswer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.head = value;
                            else
                                delete message.head;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RangesAnswer;
        })();

        replication.Ids = (function() {

            /**
             * Properties of an Ids.
             * @typedef {Object} waxwing.replication.Ids.$Properties
             * @property {Uint8Array|null} [head] Ids head
             * @property {Uint8Array|null} [ids] Ids ids
             * @property {boolean|null} [last] Ids last
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Ids.
             * @memberof waxwing.replication
             * @interface IIds
             * @augments waxwing.replication.Ids.$Properties
             * @deprecated Use waxwing.replication.Ids.$Properties instead.
             */

            /**
             * Shape of an Ids.
             * @typedef {waxwing.replication.Ids.$Properties} waxwing.replication.Ids.$Shape
             */

            /**
             * Constructs a new Ids.
             * @memberof waxwing.replication
             * @classdesc Represents an Ids.
             * @constructor
             * @param {waxwing.replication.Ids.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Ids = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Ids head.
             * @member {Uint8Array} head
             * @memberof waxwing.replication.Ids
             * @instance
             */
            Ids.prototype.head = $util.newBuffer([]);

            /**
             * Ids ids.
             * @member {Uint8Array} ids
             * @memberof waxwing.replication.Ids
             * @instance
             */
            Ids.prototype.ids = $util.newBuffer([]);

            /**
             * Ids last.
             * @member {boolean} last
             * @memberof waxwing.replication.Ids
             * @instance
             */
            Ids.prototype.last = false;

            /**
             * Creates a new Ids instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Ids
             * @static
             * @param {waxwing.replication.Ids.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Ids} Ids instance
             * @type {{
             *   (properties: waxwing.replication.Ids.$Shape): waxwing.replication.Ids & waxwing.replication.Ids.$Shape;
             *   (properties?: waxwing.replication.Ids.$Properties): waxwing.replication.Ids;
             * }}
             */
            Ids.create = function(properties) {
                return new Ids(properties);
            };

            /**
             * Encodes the specified Ids message. Does not implicitly {@link waxwing.replication.Ids.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Ids
             * @static
             * @param {waxwing.replication.Ids.$Properties} message Ids message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Ids.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.head != null && $Object.hasOwnProperty.call(message, "head") && message.head.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.head);
                if (message.ids != null && $Object.hasOwnProperty.call(message, "ids") && message.ids.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.ids);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.last);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Ids message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Ids
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Ids & waxwing.replication.Ids.$Shape} Ids
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Ids.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Ids();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.head = value;
                            else
                                delete message.head;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.ids = value;
                            else
                                delete message.ids;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Ids;
        })();

        replication.Unavailable = (function() {

            /**
             * Properties of an Unavailable.
             * @typedef {Object} waxwing.replication.Unavailable.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Unavailable.
             * @memberof waxwing.replication
             * @interface IUnavailable
             * @augments waxwing.replication.Unavailable.$Properties
             * @deprecated Use waxwing.replication.Unavailable.$Properties instead.
             */

            /**
             * Shape of an Unavailable.
             * @typedef {waxwing.replication.Unavailable.$Properties} waxwing.replication.Unavailable.$Shape
             */

            /**
             * Constructs a new Unavailable.
             * @memberof waxwing.replication
             * @classdesc Represents an Unavailable.
             * @constructor
             * @param {waxwing.replication.Unavailable.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Unavailable = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new Unavailable instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Unavailable
             * @static
             * @param {waxwing.replication.Unavailable.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Unavailable} Unavailable instance
             * @type {{
             *   (properties: waxwing.replication.Unavailable.$Shape): waxwing.replication.Unavailable & waxwing.replication.Unavailable.$Shape;
             *   (properties?: waxwing.replication.Unavailable.$Properties): waxwing.replication.Unavailable;
             * }}
             */
            Unavailable.create = function(properties) {
                return new Unavailable(properties);
            };

            /**
             * Encodes the specified Unavailable message. Does not implicitly {@link waxwing.replication.Unavailable.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Unavailable
             * @static
             * @param {waxwing.replication.Unavailable.$Properties} message Unavailable message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Unavailable.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Unavailable message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Unavailable
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Unavailable & waxwing.replication.Unavailable.$Shape} Unavailable
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Unavailable.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Unavailable();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Unavailable;
        })();

        replication.WantIds = (function() {

            /**
             * Properties of a WantIds.
             * @typedef {Object} waxwing.replication.WantIds.$Properties
             * @property {Uint8Array|null} [ids] WantIds ids
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a WantIds.
             * @memberof waxwing.replication
             * @interface IWantIds
             * @augments waxwing.replication.WantIds.$Properties
             * @deprecated Use waxwing.replication.WantIds.$Properties instead.
             */

            /**
             * Shape of a WantIds.
             * @typedef {waxwing.replication.WantIds.$Properties} waxwing.replication.WantIds.$Shape
             */

            /**
             * Constructs a new WantIds.
             * @memberof waxwing.replication
             * @classdesc Represents a WantIds.
             * @constructor
             * @param {waxwing.replication.WantIds.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const WantIds = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * WantIds ids.
             * @member {Uint8Array} ids
             * @memberof waxwing.replication.WantIds
             * @instance
             */
            WantIds.prototype.ids = $util.newBuffer([]);

            /**
             * Creates a new WantIds instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.WantIds
             * @static
             * @param {waxwing.replication.WantIds.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.WantIds} WantIds instance
             * @type {{
             *   (properties: waxwing.replication.WantIds.$Shape): waxwing.replication.WantIds & waxwing.replication.WantIds.$Shape;
             *   (properties?: waxwing.replication.WantIds.$Properties): waxwing.replication.WantIds;
             * }}
             */
            WantIds.create = function(properties) {
                return new WantIds(properties);
            };

            /**
             * Encodes the specified WantIds message. Does not implicitly {@link waxwing.replication.WantIds.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.WantIds
             * @static
             * @param {waxwing.replication.WantIds.$Properties} message WantIds message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            WantIds.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ids != null && $Object.hasOwnProperty.call(message, "ids") && message.ids.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.ids);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a WantIds message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.WantIds
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.WantIds & waxwing.replication.WantIds.$Shape} WantIds
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            WantIds.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.WantIds();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.ids = value;
                            else
                                delete message.ids;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return WantIds;
        })();

        replication.Bodies = (function() {

            /**
             * Properties of a Bodies.
             * @typedef {Object} waxwing.replication.Bodies.$Properties
             * @property {Uint8Array|null} [lengths] Bodies lengths
             * @property {Uint8Array|null} [records] Bodies records
             * @property {number|null} [left] Bodies left
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Bodies.
             * @memberof waxwing.replication
             * @interface IBodies
             * @augments waxwing.replication.Bodies.$Properties
             * @deprecated Use waxwing.replication.Bodies.$Properties instead.
             */

            /**
             * Shape of a Bodies.
             * @typedef {waxwing.replication.Bodies.$Properties} waxwing.replication.Bodies.$Shape
             */

            /**
             * Constructs a new Bodies.
             * @memberof waxwing.replication
             * @classdesc Represents a Bodies.
             * @constructor
             * @param {waxwing.replication.Bodies.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Bodies = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Bodies lengths.
             * @member {Uint8Array} lengths
             * @memberof waxwing.replication.Bodies
             * @instance
             */
            Bodies.prototype.lengths = $util.newBuffer([]);

            /**
             * Bodies records.
             * @member {Uint8Array} records
             * @memberof waxwing.replication.Bodies
             * @instance
             */
            Bodies.prototype.records = $util.newBuffer([]);

            /**
             * Bodies left.
             * @member {number} left
             * @memberof waxwing.replication.Bodies
             * @instance
             */
            Bodies.prototype.left = 0;

            /**
             * Creates a new Bodies instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Bodies
             * @static
             * @param {waxwing.replication.Bodies.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Bodies} Bodies instance
             * @type {{
             *   (properties: waxwing.replication.Bodies.$Shape): waxwing.replication.Bodies & waxwing.replication.Bodies.$Shape;
             *   (properties?: waxwing.replication.Bodies.$Properties): waxwing.replication.Bodies;
             * }}
             */
            Bodies.create = function(properties) {
                return new Bodies(properties);
            };

            /**
             * Encodes the specified Bodies message. Does not implicitly {@link waxwing.replication.Bodies.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Bodies
             * @static
             * @param {waxwing.replication.Bodies.$Properties} message Bodies message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Bodies.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lengths != null && $Object.hasOwnProperty.call(message, "lengths") && message.lengths.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.lengths);
                if (message.records != null && $Object.hasOwnProperty.call(message, "records") && message.records.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.records);
                if (message.left != null && $Object.hasOwnProperty.call(message, "left") && message.left !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.left);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Bodies message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Bodies
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Bodies & waxwing.replication.Bodies.$Shape} Bodies
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Bodies.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Bodies();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.lengths = value;
                            else
                                delete message.lengths;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.records = value;
                            else
                                delete message.records;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.left = value;
                            else
                                delete message.left;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Bodies;
        })();

        replication.Taken = (function() {

            /**
             * Properties of a Taken.
             * @typedef {Object} waxwing.replication.Taken.$Properties
             * @property {number|null} [frames] Taken frames
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Taken.
             * @memberof waxwing.replication
             * @interface ITaken
             * @augments waxwing.replication.Taken.$Properties
             * @deprecated Use waxwing.replication.Taken.$Properties instead.
             */

            /**
             * Shape of a Taken.
             * @typedef {waxwing.replication.Taken.$Properties} waxwing.replication.Taken.$Shape
             */

            /**
             * Constructs a new Taken.
             * @memberof waxwing.replication
             * @classdesc Represents a Taken.
             * @constructor
             * @param {waxwing.replication.Taken.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Taken = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Taken frames.
             * @member {number} frames
             * @memberof waxwing.replication.Taken
             * @instance
             */
            Taken.prototype.frames = 0;

            /**
             * Creates a new Taken instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Taken
             * @static
             * @param {waxwing.replication.Taken.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Taken} Taken instance
             * @type {{
             *   (properties: waxwing.replication.Taken.$Shape): waxwing.replication.Taken & waxwing.replication.Taken.$Shape;
             *   (properties?: waxwing.replication.Taken.$Properties): waxwing.replication.Taken;
             * }}
             */
            Taken.create = function(properties) {
                return new Taken(properties);
            };

            /**
             * Encodes the specified Taken message. Does not implicitly {@link waxwing.replication.Taken.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Taken
             * @static
             * @param {waxwing.replication.Taken.$Properties} message Taken message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Taken.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.frames != null && $Object.hasOwnProperty.call(message, "frames") && message.frames !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.frames);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Taken message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Taken
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Taken & waxwing.replication.Taken.$Shape} Taken
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Taken.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Taken();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.frames = value;
                            else
                                delete message.frames;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Taken;
        })();

        replication.Heads = (function() {

            /**
             * Properties of a Heads.
             * @typedef {Object} waxwing.replication.Heads.$Properties
             * @property {Uint8Array|null} [entries] Heads entries
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Heads.
             * @memberof waxwing.replication
             * @interface IHeads
             * @augments waxwing.replication.Heads.$Properties
             * @deprecated Use waxwing.replication.Heads.$Properties instead.
             */

            /**
             * Shape of a Heads.
             * @typedef {waxwing.replication.Heads.$Properties} waxwing.replication.Heads.$Shape
             */

            /**
             * Constructs a new Heads.
             * @memberof waxwing.replication
             * @classdesc Represents a Heads.
             * @constructor
             * @param {waxwing.replication.Heads.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Heads = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Heads entries.
             * @member {Uint8Array} entries
             * @memberof waxwing.replication.Heads
             * @instance
             */
            Heads.prototype.entries = $util.newBuffer([]);

            /**
             * Creates a new Heads instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.Heads
             * @static
             * @param {waxwing.replication.Heads.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.Heads} Heads instance
             * @type {{
             *   (properties: waxwing.replication.Heads.$Shape): waxwing.replication.Heads & waxwing.replication.Heads.$Shape;
             *   (properties?: waxwing.replication.Heads.$Properties): waxwing.replication.Heads;
             * }}
             */
            Heads.create = function(properties) {
                return new Heads(properties);
            };

            /**
             * Encodes the specified Heads message. Does not implicitly {@link waxwing.replication.Heads.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.Heads
             * @static
             * @param {waxwing.replication.Heads.$Properties} message Heads message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Heads.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.entries != null && $Object.hasOwnProperty.call(message, "entries") && message.entries.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.entries);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Heads message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.Heads
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.Heads & waxwing.replication.Heads.$Shape} Heads
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Heads.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.Heads();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.entries = value;
                            else
                                delete message.entries;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Heads;
        })();

        replication.StateHeadRequest = (function() {

            /**
             * Properties of a StateHeadRequest.
             * @typedef {Object} waxwing.replication.StateHeadRequest.$Properties
             * @property {Uint8Array|null} [kinds] StateHeadRequest kinds
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a StateHeadRequest.
             * @memberof waxwing.replication
             * @interface IStateHeadRequest
             * @augments waxwing.replication.StateHeadRequest.$Properties
             * @deprecated Use waxwing.replication.StateHeadRequest.$Properties instead.
             */

            /**
             * Shape of a StateHeadRequest.
             * @typedef {waxwing.replication.StateHeadRequest.$Properties} waxwing.replication.StateHeadRequest.$Shape
             */

            /**
             * Constructs a new StateHeadRequest.
             * @memberof waxwing.replication
             * @classdesc Represents a StateHeadRequest.
             * @constructor
             * @param {waxwing.replication.StateHeadRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const StateHeadRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * StateHeadRequest kinds.
             * @member {Uint8Array} kinds
             * @memberof waxwing.replication.StateHeadRequest
             * @instance
             */
            StateHeadRequest.prototype.kinds = $util.newBuffer([]);

            /**
             * Creates a new StateHeadRequest instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.StateHeadRequest
             * @static
             * @param {waxwing.replication.StateHeadRequest.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.StateHeadRequest} StateHeadRequest instance
             * @type {{
             *   (properties: waxwing.replication.StateHeadRequest.$Shape): waxwing.replication.StateHeadRequest & waxwing.replication.StateHeadRequest.$Shape;
             *   (properties?: waxwing.replication.StateHeadRequest.$Properties): waxwing.replication.StateHeadRequest;
             * }}
             */
            StateHeadRequest.create = function(properties) {
                return new StateHeadRequest(properties);
            };

            /**
             * Encodes the specified StateHeadRequest message. Does not implicitly {@link waxwing.replication.StateHeadRequest.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.StateHeadRequest
             * @static
             * @param {waxwing.replication.StateHeadRequest.$Properties} message StateHeadRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            StateHeadRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kinds != null && $Object.hasOwnProperty.call(message, "kinds") && message.kinds.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.kinds);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a StateHeadRequest message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.StateHeadRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.StateHeadRequest & waxwing.replication.StateHeadRequest.$Shape} StateHeadRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            StateHeadRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.StateHeadRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.kinds = value;
                            else
                                delete message.kinds;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return StateHeadRequest;
        })();

        replication.StateHeads = (function() {

            /**
             * Properties of a StateHeads.
             * @typedef {Object} waxwing.replication.StateHeads.$Properties
             * @property {Uint8Array|null} [lengths] StateHeads lengths
             * @property {Uint8Array|null} [statements] StateHeads statements
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a StateHeads.
             * @memberof waxwing.replication
             * @interface IStateHeads
             * @augments waxwing.replication.StateHeads.$Properties
             * @deprecated Use waxwing.replication.StateHeads.$Properties instead.
             */

            /**
             * Shape of a StateHeads.
             * @typedef {waxwing.replication.StateHeads.$Properties} waxwing.replication.StateHeads.$Shape
             */

            /**
             * Constructs a new StateHeads.
             * @memberof waxwing.replication
             * @classdesc Represents a StateHeads.
             * @constructor
             * @param {waxwing.replication.StateHeads.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const StateHeads = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * StateHeads lengths.
             * @member {Uint8Array} lengths
             * @memberof waxwing.replication.StateHeads
             * @instance
             */
            StateHeads.prototype.lengths = $util.newBuffer([]);

            /**
             * StateHeads statements.
             * @member {Uint8Array} statements
             * @memberof waxwing.replication.StateHeads
             * @instance
             */
            StateHeads.prototype.statements = $util.newBuffer([]);

            /**
             * Creates a new StateHeads instance using the specified properties.
             * @function create
             * @memberof waxwing.replication.StateHeads
             * @static
             * @param {waxwing.replication.StateHeads.$Properties=} [properties] Properties to set
             * @returns {waxwing.replication.StateHeads} StateHeads instance
             * @type {{
             *   (properties: waxwing.replication.StateHeads.$Shape): waxwing.replication.StateHeads & waxwing.replication.StateHeads.$Shape;
             *   (properties?: waxwing.replication.StateHeads.$Properties): waxwing.replication.StateHeads;
             * }}
             */
            StateHeads.create = function(properties) {
                return new StateHeads(properties);
            };

            /**
             * Encodes the specified StateHeads message. Does not implicitly {@link waxwing.replication.StateHeads.verify|verify} messages.
             * @function encode
             * @memberof waxwing.replication.StateHeads
             * @static
             * @param {waxwing.replication.StateHeads.$Properties} message StateHeads message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            StateHeads.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lengths != null && $Object.hasOwnProperty.call(message, "lengths") && message.lengths.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.lengths);
                if (message.statements != null && $Object.hasOwnProperty.call(message, "statements") && message.statements.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.statements);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a StateHeads message from the specified reader or buffer.
             * @function decode
             * @memberof waxwing.replication.StateHeads
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {waxwing.replication.StateHeads & waxwing.replication.StateHeads.$Shape} StateHeads
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            StateHeads.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.waxwing.replication.StateHeads();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.lengths = value;
                            else
                                delete message.lengths;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.statements = value;
                            else
                                delete message.statements;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return StateHeads;
        })();

        return replication;
    })();

    return waxwing;
})();

export {
  $root as default
};
