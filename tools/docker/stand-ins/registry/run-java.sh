#!/usr/bin/env bash
# shellcheck disable=SC2086 # each variable holds several words
exec java -Djava.util.logging.manager=org.jboss.logmanager.LogManager ${JAVA_OPTS-} ${JAVA_OPTS_APPEND-} -jar /deployments/*-runner.jar
