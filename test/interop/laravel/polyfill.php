<?php

/*
| What Laravel takes from PHP 8.5, symfony/polyfill-php85 and symfony/clock, in the few lines that this application
| needs of them: composer.json says that it replaces those packages.
*/

namespace {
    if (! function_exists('array_first')) {
        function array_first(array $array): mixed
        {
            return $array === [] ? null : $array[array_key_first($array)];
        }
    }

    if (! function_exists('array_last')) {
        function array_last(array $array): mixed
        {
            return $array === [] ? null : $array[array_key_last($array)];
        }
    }

    if (! function_exists('get_error_handler')) {
        function get_error_handler(): ?callable
        {
            $handler = set_error_handler(null);
            restore_error_handler();

            return $handler;
        }
    }

    if (! function_exists('get_exception_handler')) {
        function get_exception_handler(): ?callable
        {
            $handler = set_exception_handler(null);
            restore_exception_handler();

            return $handler;
        }
    }
}

namespace Symfony\Component\Clock {

    use DateTimeImmutable;
    use DateTimeZone;

    interface ClockInterface extends \Psr\Clock\ClockInterface
    {
        public function sleep(float|int $seconds): void;

        public function withTimeZone(DateTimeZone|string $timezone): static;
    }

    final class NativeClock implements ClockInterface
    {
        private readonly DateTimeZone $timezone;

        public function __construct(DateTimeZone|string|null $timezone = null)
        {
            $this->timezone = is_string($timezone)
                ? new DateTimeZone($timezone)
                : $timezone ?? new DateTimeZone(date_default_timezone_get());
        }

        public function now(): DateTimeImmutable
        {
            return new DateTimeImmutable('now', $this->timezone);
        }

        public function sleep(float|int $seconds): void
        {
            usleep((int) ($seconds * 1_000_000));
        }

        public function withTimeZone(DateTimeZone|string $timezone): static
        {
            return new self($timezone);
        }
    }
}
